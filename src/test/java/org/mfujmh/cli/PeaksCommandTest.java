package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.device.peaks.PeakTable;

class PeaksCommandTest {
    @TempDir
    Path folder;

    private record Ran(int exitCode, String out, String err) {}

    @Test
    void theTableFitsATerminalOf120Columns() {
        Ran ran = mfu("peaks");

        assertThat(ran.exitCode).isZero();
        assertThat(ran.err).isEmpty();
        assertThat(ran.out.lines().toList())
                .hasSizeGreaterThan(PeakTable.shipped().rows().size())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        assertThat(ran.out).containsPattern("L40S +91.6 +183 +362.05 +362.05 +733 +48 +864 +NVIDIA L40S datasheet");
    }

    @Test
    void everyFormatHasEveryRow() throws IOException {
        int rows = PeakTable.shipped().rows().size();

        JsonNode json = new ObjectMapper().readTree(mfu("peaks", "--format", "json").out);
        assertThat(json).hasSize(rows);
        assertThat(json.findParent("bf16_tflops").get("source").asText()).isNotBlank();
        List<CSVRecord> csv = CSVFormat.RFC4180
                .parse(new StringReader(mfu("peaks", "--format", "csv").out))
                .getRecords();
        assertThat(csv).hasSize(rows + 1);
        assertThat(mfu("peaks", "--format", "markdown").out.lines()).hasSize(rows + 2);
    }

    @Test
    void aNameResolvesInJsonAsTheDesignSays() throws IOException {
        JsonNode json = new ObjectMapper().readTree(mfu("peaks", "Tesla T4", "--format", "json").out);

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("name", "matched", "fp32_tflops", "fp16_tflops", "bf16_tflops", "source", "reason");
        assertThat(json.get("matched").asText()).isEqualTo("T4");
        assertThat(json.get("fp32_tflops").asDouble()).isEqualTo(8.1);
        assertThat(json.get("bf16_tflops").isNull()).isTrue();
        assertThat(json.get("reason").asText()).contains("bf16: not in this hardware");
    }

    @Test
    void anUnknownNameIsNullInJsonAndASentenceInText() throws IOException {
        Ran ran = mfu("peaks", "NVIDIA GeForce RTX 4090 Laptop GPU", "--format", "json");
        JsonNode json = new ObjectMapper().readTree(ran.out);

        assertThat(ran.exitCode).isZero();
        assertThat(json.get("matched").isNull()).isTrue();
        assertThat(json.get("fp16_tflops").isNull()).isTrue();
        assertThat(json.get("source").isNull()).isTrue();
        assertThat(mfu("peaks", "NVIDIA GeForce RTX 4090 Laptop GPU").out)
                .contains("is not in the peak table", "Similar, but not the same: RTX 4090");
    }

    @ParameterizedTest
    @CsvSource({"10,59.5", "10GB,59.5", "10 GiB,59.5", "10240MiB,59.5", "12,", "12288mib,"})
    void memoryTellsCardsOfOneNameApart(String memory, String bf16) throws IOException {
        JsonNode json = new ObjectMapper()
                .readTree(mfu("peaks", "NVIDIA GeForce RTX 3080", "--memory", memory, "--format", "json").out);

        assertThat(json.get("matched").isNull()).isFalse();
        assertThat(
                        json.get("bf16_tflops").isNull()
                                ? null
                                : json.get("bf16_tflops").asText())
                .isEqualTo(bf16);
    }

    @Test
    void anOwnTableOverridesAndSaysSo() throws IOException {
        Path own = Files.writeString(folder.resolve("mine.csv"), "device,bf16\nL40S,300\n");

        Ran ran = mfu("peaks", "NVIDIA L40S", "--peaks-csv", own.toString());

        assertThat(ran.out).containsPattern("bf16 +300 ").contains("mine.csv, line 2");
        // The folder's name is drawn at random, and may hold any digits.
        assertThat(ran.out.replace(folder.toString(), "")).doesNotContain("362");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''          |           |         | NAME is empty
                    NVIDIA L4   | --memory  | lots    | --memory "lots"
                    NVIDIA L4   | --memory  | 0       | --memory "0"
                    NVIDIA L4   | --memory  | -3      | --memory
                    NVIDIA L4   | --peaks-csv | nowhere.csv | nowhere.csv does not exist
                    NVIDIA L4   | --format  | xml     | xml
                    NVIDIA L4   | --frmat   | json    | --frmat
                    """)
    void badInputIsASentenceAndExitCode2(String name, String option, String value, String says) {
        Ran ran = option == null ? mfu("peaks", name) : mfu("peaks", name, option, value);

        assertThat(ran.exitCode).isEqualTo(2);
        assertThat(ran.out).isEmpty();
        assertThat(ran.err).contains(says).doesNotContain("\tat ");
    }

    @Test
    void memoryWithoutANameIsBadInput() {
        assertThat(mfu("peaks", "--memory", "12").exitCode).isEqualTo(2);
    }

    private static Ran mfu(String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            int exitCode = Mfu.execute(args);
            return new Ran(
                    exitCode, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
