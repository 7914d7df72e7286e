package org.mfujmh.flops.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.BadInput;
import org.mfujmh.ForeignCsv;

class ClaimsTest {
    private static final String HEAD = "claim,quantity,model,batch,seq,convention,against,weights,tokens_per_s,seconds,"
            + "devices,peak_tflops,published,tolerance,verdict,right_convention,right_peak_tflops,right,source,why\n";

    @Test
    void everyRecordedVerdictAndEveryRightFigureIsWhatComesOut() {
        assertThat(Claims.recompute()).hasSizeGreaterThan(50).allSatisfy(result -> {
            assertThat(result.verdict()).as(result.name()).isEqualTo(result.recorded());
            assertThat(result.rightAsRecorded()).as(result.name()).isTrue();
            assertThat(result.source()).isNotBlank();
            assertThat(result.why()).isNotBlank();
        });
    }

    /** 6779.92 tok/s x 10,273,545,600 FLOPs over 312e12. */
    @Test
    void theNotebooksBestMfuIsAQuarterOfWhatItSays() {
        ClaimResult xl = named("notebook: gpt-xl on an A100, batch 4: MFU");
        assertThat(xl.published().text()).isEqualTo("0.8113");
        assertThat(xl.recomputed().doubleValue()).isCloseTo(0.8113, within(5e-5));
        assertThat(xl.rightRecomputed().orElseThrow().doubleValue())
                .isCloseTo(6779.92 * 10_273_545_600.0 / 312e12, within(1e-12));
        assertThat(xl.verdict()).isEqualTo(ClaimVerdict.WRONG_PEAK);
        assertThat(xl.offBy()).isCloseTo(3.634, within(1e-3));
    }

    @Test
    void aTableThatIsAHundredTimesTooLargeDoesNotHold() {
        ClaimResult rate = named("llm-foundry: MPT 125m on 8 x a100_40gb: FLOP/s a GPU");
        assertThat(rate.verdict()).isEqualTo(ClaimVerdict.DOES_NOT_HOLD);
        assertThat(rate.offBy()).isCloseTo(100, within(0.1));
    }

    /**
     * gpt-oss-120b by hand, 36 layers, width 2880, 64 heads of 64 (8 for keys and values), 4 of 128 experts of 2880, half
     * of the layers with a window of 128: with the published faults the published figure, without them 20 % more.
     */
    @ParameterizedTest
    @CsvSource({"25.11, 64 x H100, 5630, 153", "26.02, 64 x GB300, 19412, 527"})
    void megatronsGptOssCountsTwoOfThreeMatricesAndNoWindow(
            String release, String devices, double tokensPerSecond, double published) {
        double attention = 36.0 * (2 * 2880 * 4096 + 2 * 2880 * 512);
        double expertMatrix = 36.0 * 4 * 2880 * 2880;
        double head = 2880.0 * 201_088;
        double halfSquare = 6.0 * 36 * 4096 * 4096;
        double faulty = 6 * (attention + 2 * expertMatrix + head) + halfSquare;
        assertThat(faulty * tokensPerSecond / 1e12).isCloseTo(published, within(0.5));
        double pairs = 4096 * 4097 / 2.0 + 128 * 129 / 2.0 + (4096 - 128) * 128.0;
        double correct = 6 * (attention + 3 * expertMatrix + head) + 12.0 * 18 * 4096 * pairs / 4096;
        ClaimResult claim =
                named("Megatron-Bridge " + release + ": gpt-oss-120b on " + devices + " in BF16: FLOP/s a GPU");
        assertThat(claim.verdict()).isEqualTo(ClaimVerdict.DOES_NOT_HOLD);
        assertThat(claim.recomputed().doubleValue()).isCloseTo(correct * tokensPerSecond, withinPercentage(1e-6));
        assertThat(claim.offBy()).isCloseTo(1 / 1.2, within(0.01));
    }

    @Test
    void aFigureThatIsOffInItsLastDigitIsFoundOut() {
        String row = "mine,utilization,gpt-small,1,1024,exact,,,1000,,1,312,%s,,holds,,,,here,because\n";
        // 1000 x 854,438,400 / 312e12 = 0.0027386
        assertThat(one(row.formatted("0.0027")).verdictAsRecorded()).isTrue();
        assertThat(one(row.formatted("0.00274")).verdictAsRecorded()).isTrue();
        assertThat(one(row.formatted("0.00273")).verdict()).isEqualTo(ClaimVerdict.DOES_NOT_HOLD);
        assertThat(one(row.formatted("0.27%")).verdictAsRecorded()).isTrue();
        assertThat(one(row.formatted("0.28%")).verdictAsRecorded()).isFalse();
    }

    @Test
    void aWrongRightFigureIsFoundOut() {
        String row =
                "mine,forward_flops,gpt-small,2,1024,linear_only,,,,,,,5.1e11,,other_convention,exact,,%s,here,why\n";
        assertThat(one(row.formatted("5.833e11")).rightAsRecorded()).isTrue();
        assertThat(one(row.formatted("5.834e11")).rightAsRecorded()).isFalse();
    }

    @Test
    void anotherPeakIsSeenEvenWhereTheConventionIsOurs() {
        assertThat(one("mine,utilization,gpt-small,1,1024,exact,,,1000,,1,78,0.011,,wrong_peak,,312,0.0027,here,why\n")
                        .verdict())
                .isEqualTo(ClaimVerdict.WRONG_PEAK);
    }

    @Test
    void aModelCanBeDescribedBySizes() {
        assertThat(one("mine,parameters_tied,12x768x12x50368x1024,,,,,,,,,,124525056,,holds,,,,here,why\n")
                        .verdict())
                .isEqualTo(ClaimVerdict.HOLDS);
    }

    @Test
    void aRowThatCannotBeReadIsNamed() {
        assertBad("mine,mfu,gpt-small,,,,,,,,,,1,,,,,,,\n", "claim 1 (mine): There is no quantity \"mfu\"");
        assertBad("mine,utilization,gpt-small,1,1024,exact,,,,,1,312,0.1,,,,,,,\n", "needs column tokens_per_s");
        assertBad("mine,utilization,gpt-smal,1,1024,exact,,,1,,1,312,0.1,,,,,,,\n", "There is no model \"gpt-smal\"");
        assertBad("mine,utilization,gpt-small,1,1024,exakt,,,1,,1,312,0.1,,,,,,,\n", "Did you mean \"exact\"?");
        assertBad(
                "mine,utilization,gpt-small,1,1024,exact,,,fast,,1,312,0.1,,,,,,,\n",
                "\"fast\" in column tokens_per_s");
        assertBad("mine,utilization,gpt-small,1,1024,exact,,,1,,1,312,lots,,,,,,,\n", "\"lots\" is not a number");
        assertBad(
                "mine,utilization,gpt-small,1,1024,exact,,,1,,1,0,0.1,,,,,,,\n",
                "file.csv, claim 1 (mine): \"0\" is not");
        assertBad("mine,forward_flops,gpt-small,1,1024,exact,,heavy,,,,,1,,,,,,,\n", "count of weights \"heavy\"");
    }

    /** gpt-small at 1,024 tokens: 8 x 1024 x 854,438,400 FLOPs in a second over 312e12 are 0.02243. */
    @Test
    void secondsNeedTheBatchThatTheyAreOf() {
        String row = "mine,utilization,gpt-small,%s,1024,exact,,,%s,1,1,312,0.0224,,,,,,here,why\n";
        assertThat(one(row.formatted("8", "")).verdict()).isEqualTo(ClaimVerdict.HOLDS);
        assertBad(row.formatted("", ""), "say in column batch how many sequences");
        assertThat(one(row.formatted("", "8192")).verdict()).isEqualTo(ClaimVerdict.HOLDS);
    }

    @Test
    void columnsComeInAnyOrderAndOnlyThoseThatAreNeeded() {
        assertThat(results("published,quantity,model\n124439808,parameters_tied,gpt-small\n"))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.verdict()).isEqualTo(ClaimVerdict.HOLDS);
                    assertThat(result.name()).isEqualTo("claim 1");
                });
        assertBadFile("quantity,model\nparameters_tied,gpt-small\n", "has no column published");
        assertBadFile("quantity,published\nparameters_tied,1\n", "needs column model");
        assertBadFile("quantity,published,modle\nparameters_tied,1,x\n", "Did you mean \"model\"?");
        assertBadFile("quantity,published,published\nparameters_tied,1,x\n", "two columns with the same name");
        assertBadFile("quantity,published\nparameters_tied,1,2\n", "3 cells under 2 columns");
    }

    /** dflib/dflib #429, and what a spreadsheet saves where the comma is the decimal point. */
    @Test
    void aSpreadsheetsFilesAreRead() {
        String head = "claim;quantity;published;model;seq;convention;tokens_per_s;peak_tflops;;";
        String row = "\uFEFF" + head + "\r\nmine;utilization;0,27%;gpt-small;1024;exact;1000,0;312;;\r\n";
        ClaimResult result = results(row).get(0);
        assertThat(result.verdict()).isEqualTo(ClaimVerdict.HOLDS);
        assertThat(results(row.replace(";", "\t")).get(0)).isEqualTo(result);
        assertThat(results(row.replace(",", ".").replace(";", ",")).get(0).verdict())
                .isEqualTo(ClaimVerdict.HOLDS);
    }

    /** Excel's first line "sep=;", capitals in the header, and digits grouped by points or no-break spaces. */
    @Test
    void otherHabitsOfSpreadsheetsAreRead() {
        String file = """
                sep=;
                Claim;Quantity;Published;Model;Seq;Convention;Tokens_per_s;Peak_TFLOPS
                mine;utilization;%s;gpt-small;1024;exact;%s;312
                """;
        ClaimResult result = results(file.formatted("0,27%", "1000,0")).get(0);
        assertThat(result.verdict()).isEqualTo(ClaimVerdict.HOLDS);
        assertThat(results(file.formatted("0,27\u00a0%", "1.000,0")).get(0).verdict())
                .isEqualTo(ClaimVerdict.HOLDS);
        assertThat(results(file.formatted("0,27\u202f%", "1\u202f000")).get(0).verdict())
                .isEqualTo(ClaimVerdict.HOLDS);
    }

    @Test
    void aMessageIsOneLineAlsoWhereTheClaimsNameIsNot() {
        assertThatThrownBy(() -> results("claim,quantity,published,model\n\"two\nlines\",mfu,1,gpt-small\n"))
                .hasMessageContaining("claim 1 (two lines): There is no quantity");
        assertThatThrownBy(() -> results("quantity,published,model\nmfu,1,gpt-small\n"))
                .hasMessageContaining("claim 1: There is no quantity");
    }

    @Test
    void noClaimsAreBadInput() {
        assertBadFile("", "has no column quantity");
        assertBadFile(HEAD, "has no claims");
        assertBadFile(HEAD + ",,,,\n", "has no claims");
    }

    @Test
    void tokensBeyondTheContextAreRefusedAsFlopsRefusesThem() {
        String row = "x,utilization,12x768x12x50304x1024,,2048,palm,,,100,,1,312,0.1%,,,,,,x,\n";
        assertBad(row, "claim 1 (x): A sequence of 2048 tokens is beyond the context of 12x768x12x50304x1024");
        assertBad(row.replace(",,2048", ",0,1024"), "at least 1 sequence");
        assertBad(row.replace("2048", "1024").replace(",1,312", ",0,312"), "devices are 1, 1024 and 0");
    }

    @Test
    void aNumberThatFillsAllMemoryIsNone() {
        String row = "x,utilization,gpt-small,,1024,palm,,,%s,,1,312,%s,,,,,,x,\n";
        assertBad(row.formatted("1e999999999", "0.1%"), "column tokens_per_s is not a number");
        assertBad(row.formatted("100", "1e-999999999"), "is not a number such as");
        assertBad(row.formatted("-5", "0.1%"), "\"-5\" is not a number above 0");
    }

    private static List<ClaimResult> results(String file) {
        return Claims.recompute(ForeignCsv.parse(file, "file.csv", false), "file.csv");
    }

    private static void assertBadFile(String file, String message) {
        assertThatThrownBy(() -> results(file)).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    private static void assertBad(String row, String message) {
        assertThatThrownBy(() -> one(row)).isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    private static ClaimResult named(String name) {
        return Claims.recompute().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ClaimResult one(String row) {
        List<ClaimResult> results = Claims.recompute(ForeignCsv.parse(HEAD + row, "file.csv", false), "file.csv");
        assertThat(results).hasSize(1);
        return results.get(0);
    }
}
