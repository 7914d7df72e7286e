package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlopsCommandTest {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** What the notebook prints for its first part. */
    @ParameterizedTest
    @CsvSource({"gpt-small, 5.1e+11", "gpt-medium, 1.4e+12", "gpt-large, 3.2e+12", "gpt-xl, 6.4e+12"})
    void linearOnlyAtBatch2IsTheNotebooksFirstPart(String model, String printed) throws IOException {
        JsonNode row = json("flops", "--model", model, "--batch", "2", "--convention", "linear_only")
                .get(0);
        assertThat(String.format(Locale.ROOT, "%.1e", row.get("forward").doubleValue()))
                .isEqualTo(printed);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, gpt-small", "gpt2-medium, gpt-medium", "gpt2-large, gpt-large", "gpt2-xl, gpt-xl"})
    void aNameOfGpt2sIsUnderstoodAndItIsSaid(String theirs, String ours) {
        Ran ran = Ran.mfu("flops", "--model", theirs, "--format", "json");
        assertThat(ran.out())
                .isEqualTo(Ran.mfu("flops", "--model", ours, "--format", "json").out());
        assertThat(ran.err()).startsWith("Note: " + theirs + " is measured as " + ours + ": the sizes of GPT-2");
    }

    /** Terms of a decoding step, which add up to the closed form: matrices, biases and norms, rows, cache. */
    @Test
    void bytesOfADecodingStepAreListedByTensor() throws IOException {
        JsonNode rows = json("flops", "--model", "gpt-small", "--bytes", "--seq", "256", "--batch", "2");
        long sum = 0;
        for (JsonNode row : rows) {
            sum += row.get("bytes").longValue();
        }
        long vectors = 163_037_184L - 123_532_032 - (50_257 + 1024) * 768L;
        assertThat(sum).isEqualTo(2 * (123_532_032L + vectors + 3 * 768 + 2 * 2 * 12 * 768 * 257));
        String table = Ran.mfu("flops", "--model", "qwen3-30b-a3b", "--bytes", "--batch", "4")
                .out();
        assertThat(table).contains("blocks.0.experts.gate_up.weight", "8 to 32", "mbu_gpt_fast", "KV cache read");
        assertThat(Ran.mfu("flops", "--bytes", "--terms").err()).contains("choose one of them");
        assertThat(Ran.mfu("flops", "--model", "gpt-small", "--bytes", "--seq", "1024")
                        .err())
                .contains("Choose 1 to 1023 cached tokens");
    }

    @Test
    void jsonHasTheFieldsOfTheDesignAndExactIntegers() throws IOException {
        JsonNode row = json("flops", "--model", "gpt-xl", "--batch", "4", "--convention", "exact")
                .get(0);
        List<String> fields = new ArrayList<>();
        row.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .containsExactly(
                        "model",
                        "batch",
                        "seq",
                        "convention",
                        "forward",
                        "backward",
                        "total",
                        "forward_per_token",
                        "total_per_token",
                        "parameters",
                        "active_parameters");
        assertThat(row.get("total_per_token").bigIntegerValue()).isEqualTo(10_273_545_600L);
        assertThat(row.get("total").bigIntegerValue()).isEqualTo(4096 * 10_273_545_600L);
        assertThat(row.get("forward").bigIntegerValue().add(row.get("backward").bigIntegerValue()))
                .isEqualTo(row.get("total").bigIntegerValue());
        assertThat(row.get("parameters").longValue()).isEqualTo(1_638_022_400L);
    }

    @Test
    void withoutOptionsTheFourModelsUnderEveryConvention() throws IOException {
        assertThat(json("flops")).hasSize(40);
    }

    @Test
    void countsBeyondALongAreExact() throws IOException {
        JsonNode row = json(
                        "flops",
                        "--layers=128",
                        "--width=25600",
                        "--heads=160",
                        "--vocab=51200",
                        "--context=2048",
                        "--seq=2048",
                        "--batch=1000000",
                        "--convention=kaplan")
                .get(0);
        BigInteger weights = BigInteger.valueOf(12L * 128 * 25600 * 25600);
        assertThat(row.get("total").bigIntegerValue()).isEqualTo(weights.multiply(new BigInteger("12288000000")));
        assertThat(row.get("model").textValue()).isEqualTo("custom");
    }

    @Test
    void theTermsAddUpToTheTotals() throws IOException {
        for (String convention : List.of("exact", "causal_exact", "llmc", "hfu_full")) {
            BigInteger sum = BigInteger.ZERO;
            double shares = 0;
            for (JsonNode term :
                    json("flops", "--terms", "--model=gpt-medium", "--batch=3", "--convention", convention)) {
                sum = sum.add(term.get("flops").bigIntegerValue());
                shares += term.get("share").doubleValue();
            }
            assertThat(sum)
                    .isEqualTo(json("flops", "--model=gpt-medium", "--batch=3", "--convention", convention)
                            .get(0)
                            .get("total")
                            .bigIntegerValue());
            assertThat(shares).isBetween(1 - 1e-9, 1 + 1e-9);
        }
    }

    @Test
    void textExplainsItself() {
        String text = Ran.mfu("flops", "--model", "gpt-small").out();
        assertThat(text)
                .contains(
                        "163,037,184",
                        "124,439,808",
                        "6M + 12AT",
                        "M = 123,532,032",
                        "A = 9,216",
                        "x exact",
                        "854,438,400")
                .contains("causal_half", "Megatron-LM");
        assertThat(Ran.mfu("flops", "--terms", "--model", "gpt-small").out())
                .contains("[1024 x 768][768 x 50257]", "874,944,921,600", "100.00 %", "scores dQ");
    }

    @Test
    void csvIsOneTableOfPlainNumbers() {
        List<String> lines = Ran.mfu("flops", "--format", "csv", "--model=gpt-small", "--convention=exact")
                .out()
                .lines()
                .toList();
        assertThat(lines)
                .containsExactly(
                        "model,batch,seq,convention,forward,backward,total,forward_per_token,total_per_token,parameters,active_parameters",
                        "gpt-small,1,1024,exact,291648307200,583296614400,874944921600,284812800,854438400,163037184,163037184");
    }

    @Test
    void aShorterContextIsTheDefaultLength() throws IOException {
        assertThat(json("flops", "--model", "gpt-tiny").get(0).get("seq").intValue())
                .isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model gpt-smal               | Did you mean \"gpt-small\"?",
                "--convention exakt             | Did you mean \"exact\"?",
                "--batch 0                      | The batch needs at least 1 sequence, not 0.",
                "--batch -3                     | The batch needs at least 1 sequence, not -3.",
                "--seq 0                        | A sequence needs at least 1 token, not 0.",
                "--seq 1025                     | beyond the context of gpt-small, which has 1024 positions",
                "--layers 2 --width 10 --heads 3 | width 10 does not divide by 3 heads",
                "--layers 0 --width 12 --heads 3 | at least 1 for layers, not 0",
                "--layers 2 --width 12          | --heads is missing",
                "--model gpt-xl --layers 2      | not both",
                "--batch 99999999999            | 99999999999",
                "--terms --convention mfu       | There is no convention"
            })
    void badInputIsASentenceAndExitCode2(String arguments, String message) {
        Ran ran = Ran.mfu(("flops " + arguments).strip().split(" +"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains(message).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void theTableOfTheSuiteIsPrintedAnew() throws IOException {
        try (var file = Mfu.class.getResourceAsStream("/org/mfujmh/flops/per_token.csv")) {
            assertThat(Ran.mfu("flops", "--per-token-csv").out())
                    .isEqualTo(new String(file.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static JsonNode json(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--format", "json"));
        Ran ran = Ran.mfu(all.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return JSON.readTree(ran.out());
    }
}
