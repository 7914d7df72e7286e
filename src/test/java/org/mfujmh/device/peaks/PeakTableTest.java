package org.mfujmh.device.peaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.device.peaks.PeakResolution.KnownPeak;
import org.mfujmh.device.peaks.PeakResolution.NoFigure;
import org.mfujmh.device.peaks.PeakResolution.NoSuchPrecision;
import org.mfujmh.device.peaks.PeakResolution.UnknownPeak;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeakTableTest {
    private static final PeakTable TABLE = PeakTable.shipped();

    @ParameterizedTest
    @MethodSource("deviceNames")
    void aDriversNameIsThisRowOrNone(CSVRecord expected) {
        String memory = expected.get("memory_mib");
        OptionalInt memoryMib = memory.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(memory));

        PeakResolution resolution = TABLE.resolve(expected.get("name"), memoryMib, PeakPrecision.BF16);

        assertThat(bf16(resolution)).as(resolution.reason()).isEqualTo(expected.get("bf16"));
        assertThat(device(resolution)).isEqualTo(expected.get("device"));
    }

    static Stream<CSVRecord> deviceNames() throws IOException {
        return records("device_names.csv").stream();
    }

    private static String bf16(PeakResolution resolution) {
        if (resolution instanceof KnownPeak known) {
            return known.peakTflops() == Math.rint(known.peakTflops())
                    ? String.valueOf((long) known.peakTflops())
                    : String.valueOf(known.peakTflops());
        }
        return resolution instanceof NoSuchPrecision
                ? "none"
                : resolution instanceof NoFigure ? "no figure" : "unknown";
    }

    private static String device(PeakResolution resolution) {
        if (resolution instanceof KnownPeak known) {
            return known.row().device();
        }
        if (resolution instanceof NoSuchPrecision no) {
            return no.row().device();
        }
        return resolution instanceof NoFigure no ? no.row().device() : "";
    }

    /** Cores x fused multiply-adds per clock x 2 x boost clock must be the datasheet's figure. */
    @ParameterizedTest
    @MethodSource("geometries")
    void theGeometryOfTheChipGivesTheDatasheetsFigure(CSVRecord chip) {
        double computed = Double.parseDouble(chip.get("tensor_or_matrix_cores"))
                * Double.parseDouble(chip.get("dense_fma_per_clk_per_core_fp32acc"))
                * 2
                * Double.parseDouble(chip.get("boost_mhz"))
                / 1e6;
        String name = chip.get("name");
        List<Peak> rows = TABLE.rows().stream().filter(row -> isOf(row, name)).toList();

        assertThat(rows).as(name).isNotEmpty();
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.tflops(PeakPrecision.FP16).orElseThrow())
                        .as(row.device())
                        .isCloseTo(computed, within(0.01 * computed)));
        // The clock at which the peak holds is a cell of its own: mfu_at_clock scales by it.
        assertThat(rows)
                .filteredOn(row -> row.boostMhz().isPresent())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.boostMhz())
                        .as(row.device())
                        .hasValue(Double.parseDouble(chip.get("boost_mhz"))));
    }

    static Stream<CSVRecord> geometries() throws IOException {
        return records("peaks_geometry_check.csv").stream();
    }

    /** The figures name chips, so one line may be for several rows: 40 and 80 GB, SXM of two generations. */
    private static boolean isOf(Peak row, String chip) {
        return switch (chip) {
            case "V100-SXM2", "V100-PCIe", "A100" -> row.device().startsWith(chip + "-");
            case "MI250X/GCD" -> row.device().startsWith("MI250X");
            case "RTX 3080" -> row.device().equals("RTX 3080 10GB");
            case "H100-SXM5" -> List.of("H100-SXM5", "H200-SXM", "H800-SXM").contains(row.device());
            default -> row.device().equals(chip);
        };
    }

    @ParameterizedTest
    @FieldSource("ROWS")
    void cellsOfOneDeviceDoNotContradictEachOther(Peak row) {
        ratio(row, PeakPrecision.BF16, PeakPrecision.FP16)
                .forEach(ratio -> assertThat(ratio).isEqualTo(1));
        ratio(row, PeakPrecision.TF32, PeakPrecision.FP16)
                .forEach(ratio -> assertThat(ratio).isCloseTo(0.5, within(0.0125)));
        ratio(row, PeakPrecision.FP8, PeakPrecision.FP16)
                .forEach(ratio -> assertThat(ratio).isCloseTo(2, within(0.03)));
        ratio(row, PeakPrecision.FP32, PeakPrecision.FP16)
                .forEach(ratio -> assertThat(ratio).isLessThanOrEqualTo(0.51));
    }

    static final List<Peak> ROWS = TABLE.rows();

    private static Stream<Double> ratio(Peak row, PeakPrecision over, PeakPrecision under) {
        return row.tflops(over).isPresent() && row.tflops(under).isPresent()
                ? Stream.of(row.tflops(over).getAsDouble() / row.tflops(under).getAsDouble())
                : Stream.empty();
    }

    @ParameterizedTest
    @FieldSource("ROWS")
    void everyRowHasASourceAndEveryNameOfARowFindsIt(Peak row) {
        assertThat(row.source()).isNotBlank();
        OptionalInt memory = row.memoryGib().isPresent()
                ? OptionalInt.of((int) (row.memoryGib().getAsDouble() * 1024))
                : OptionalInt.empty();
        assertThat(row.names()).allSatisfy(name -> assertThat(TABLE.match("NVIDIA " + name, memory))
                .isInstanceOfSatisfying(PeakTable.Match.MatchedRow.class, match -> assertThat(match.row())
                        .isEqualTo(row)));
    }

    /** Figures that the sources only recall (mfu.md, section 2) are not in the table. */
    @Test
    void whatHasNoSourceStaysEmpty() {
        assertThat(row("A30").tflops()).doesNotContainKeys(PeakPrecision.FP32, PeakPrecision.TF32);
        assertThat(row("B100").tflops()).doesNotContainKeys(PeakPrecision.FP32, PeakPrecision.TF32);
        assertThat(row("V100S-PCIe-32GB").bandwidthGbs()).isEmpty();
        assertThat(row("RTX 3080 12GB").tflops()).isEmpty();
        assertThat(row("L20").tflops()).containsOnlyKeys(PeakPrecision.FP16, PeakPrecision.BF16, PeakPrecision.FP8);
        assertThat(row("MI300A").tflops()).containsOnlyKeys(PeakPrecision.BF16);
        assertThat(row("MI350X").tflops()).containsOnlyKeys(PeakPrecision.BF16);
        assertThat(row("RTX PRO 6000 Blackwell").memoryGib()).isEmpty();
    }

    @Test
    void noPrecisionIsAnotherAnswerThanNoDeviceAndNoFigure() {
        assertThat(TABLE.resolve("Tesla T4", OptionalInt.empty(), PeakPrecision.BF16))
                .isInstanceOf(NoSuchPrecision.class)
                .extracting(PeakResolution::reason)
                .isEqualTo("T4 has no matrix units for bf16, so there is no such peak. \"Tesla T4\" is T4 in the peak"
                        + " table, matched by its full name.");
        assertThat(TABLE.resolve("NVIDIA A30", OptionalInt.empty(), PeakPrecision.FP32))
                .isInstanceOf(NoFigure.class);
        assertThat(TABLE.resolve("NVIDIA Z9", OptionalInt.empty(), PeakPrecision.BF16))
                .isInstanceOf(UnknownPeak.class);
    }

    @Test
    void theNearestAreNamedAndNotUsed() {
        PeakResolution resolution = TABLE.resolve("NVIDIA GeForce RTX 4090 D", OptionalInt.empty(), PeakPrecision.BF16);

        assertThat(resolution.tflops()).isEmpty();
        assertThat(((UnknownPeak) resolution).nearest().get(0).device()).isEqualTo("RTX 4090");
        assertThat(resolution.reason()).contains("Similar, but not the same: RTX 4090, ");
    }

    /** The letters of T1000 are like those of H100, but its words are not. */
    @Test
    void aPartOfANameListsTheCardsThatHaveIt() {
        assertThat(nearest("H100")).containsExactlyInAnyOrder("H100-PCIe", "H100-SXM5", "H100-NVL");
        assertThat(nearest("nvidia a100 80GB")).containsExactlyInAnyOrder("A100-PCIe-80GB", "A100-SXM4-80GB");
    }

    private static List<String> nearest(String name) {
        PeakResolution resolution = TABLE.resolve(name, OptionalInt.empty(), PeakPrecision.BF16);
        return ((UnknownPeak) resolution).nearest().stream().map(Peak::device).toList();
    }

    @Test
    void aCellWhoseSourceDiffersSaysIts() {
        assertThat(row("RTX 5090").source(PeakPrecision.FP8)).contains("VladislavDuma/gpu_specs");
        assertThat(row("RTX 5090").source(PeakPrecision.BF16)).isEqualTo("NVIDIA RTX Blackwell whitepaper");
    }

    @Test
    void aNameWithControlCharactersCannotDriveATerminal() {
        assertThat(TABLE.resolve("NVIDIA \u001b[2JX\nY", OptionalInt.empty(), PeakPrecision.BF16)
                        .reason())
                .doesNotContain("\u001b", "\n");
    }

    private static Peak row(String device) {
        return TABLE.rows().stream()
                .filter(row -> row.device().equals(device))
                .findFirst()
                .orElseThrow();
    }

    private static List<CSVRecord> records(String resource) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setCommentMarker('#')
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader =
                new InputStreamReader(PeakTableTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8)) {
            return format.parse(reader).getRecords();
        }
    }
}
