package org.mfujmh.device.peaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.BadInput;
import org.mfujmh.device.peaks.PeakResolution.KnownPeak;

/** A table of the user's own. */
class PeakCsvTest {
    @TempDir
    Path folder;

    @Test
    void anOwnRowGoesBeforeTheShippedOneAndSaysWhereItIs() throws IOException {
        PeakTable table =
                PeakTable.shipped().overriddenBy(file("device,bf16,source\n# measured\nL40S,300,\"our, lab\"\n"));

        KnownPeak known = (KnownPeak) table.resolve("NVIDIA L40S", OptionalInt.empty(), PeakPrecision.BF16);

        assertThat(known.peakTflops()).isEqualTo(300);
        assertThat(known.source()).isEqualTo(folder.resolve("own.csv") + ", line 3 (our, lab)");
        assertThat(table.resolve("NVIDIA L40", OptionalInt.empty(), PeakPrecision.BF16)
                        .tflops())
                .hasValue(181.05);
    }

    @Test
    void anOwnRowReplacesTheWholeRowSoThatFiguresOfTwoSourcesDoNotMix() throws IOException {
        PeakTable table = PeakTable.shipped().overriddenBy(file("device,bf16\nL40S,300\n"));

        assertThat(table.resolve("NVIDIA L40S", OptionalInt.empty(), PeakPrecision.FP32))
                .isInstanceOf(PeakResolution.NoFigure.class);
    }

    @Test
    void whatExcelSavesIsRead() throws IOException {
        PeakTable table =
                PeakTable.shipped().overriddenBy(file("\uFEFFdevice,names,bf16\r\nmine,My GPU | Other GPU,12.5\r\n"));

        assertThat(table.resolve("other gpu", OptionalInt.empty(), PeakPrecision.BF16)
                        .tflops())
                .hasValue(12.5);
    }

    /** Where the comma is the decimal point cells are parted by semicolons. */
    @Test
    void whatAGermanExcelSavesIsRead() throws IOException {
        PeakTable table = PeakTable.shipped().overriddenBy(file("\uFEFFbf16;device;;\r\n12,5;My GPU;;\r\n;;;\r\n"));

        assertThat(table.resolve("my gpu", OptionalInt.empty(), PeakPrecision.BF16)
                        .tflops())
                .hasValue(12.5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    device,bf16\\nX,-5                       | line 2: bf16 is "-5", but must be a number above 0
                    device,bf16\\nX,0                        | line 2: bf16 is "0"
                    device,bf16\\nX,NaN                      | line 2: bf16 is "NaN"
                    device,bf16\\nX,Infinity                 | line 2: bf16 is "Infinity"
                    device,bf16\\nX,1e400                    | line 2: bf16 is "1e400"
                    device,bf16\\nX,"312,5"                  | line 2: bf16 is "312,5"
                    device,bf16\\nX,1,2                      | line 2: 3 cells for 2 columns
                    device,bf16\\n,1                         | line 2: the device is missing
                    device,bf16\\nNVIDIA,1\\nnvidia ,2       | rows with the same name that memory_gib does not distinguish
                    device,bf16\\nL4,1\\nNVIDIA L4,2         | rows with the same name that memory_gib does not distinguish
                    device,bf16                              | has no rows
                    device,speed\\nX,1                       | has the columns "device,speed"
                    bf16\\n1                                 | but needs device and at least one precision
                    device,bf16,bf16\\nX,1,2                 | has the columns
                    {"device": "X"}                          | has the columns
                    device,bf16\\n"X,1                       | is not valid CSV
                    device,bf16,cell_sources\\nX,1,whatever  | cell_sources is "whatever"
                    """)
    void anOwnTableThatIsWrongIsRefusedInASentence(String content, String says) throws IOException {
        Path own = file(content.replace("\\n", "\n"));

        assertThatThrownBy(() -> PeakTable.shipped().overriddenBy(own))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("own.csv")
                .hasMessageContaining(says);
    }

    @Test
    void whatIsNoFileOfTextIsRefusedInASentence() throws IOException {
        Path binary = Files.write(folder.resolve("own.csv"), new byte[] {(byte) 0xc3, 0x28, 0, 1});
        assertRefused(binary, "is not UTF-8 text");
        Path workbook = Files.write(folder.resolve("own.csv"), new byte[] {'P', 'K', 3, 4, 20, 0});
        assertRefused(workbook, "is a ZIP archive, as Excel's workbooks are. Unpack it, or save it as text, first.");
        assertRefused(folder, "it is a folder");
        assertRefused(folder.resolve("missing.csv"), "does not exist");
        assertRefused(file(""), "has no rows");
        assertRefused(file("device,bf16\nX,1\n".repeat(300_000)), "is larger than 1 MiB");
    }

    private static void assertRefused(Path file, String says) {
        assertThatThrownBy(() -> PeakTable.shipped().overriddenBy(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(says);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("own.csv"), content, StandardCharsets.UTF_8);
    }
}
