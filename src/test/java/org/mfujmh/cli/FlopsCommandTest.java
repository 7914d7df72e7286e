package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    /** 10^12 tokens x 57,912,852,480 FLOPs (Llama 3.1 8B at 8192 tokens) / (989.4e12 x 0.4 FLOP/s), by hand. */
    @Test
    void aTrainingRunCostsItsTokensFlopsAndTheirTime() throws IOException {
        JsonNode row = json(
                        "flops",
                        "--model",
                        "llama-3.1-8b",
                        "--seq",
                        "8192",
                        "--tokens",
                        "1e12",
                        "--devices",
                        "64",
                        "--mfu",
                        "0.4",
                        "--device",
                        "NVIDIA H100 80GB HBM3")
                .get(0);
        assertThat(row.get("convention").textValue()).isEqualTo("exact");
        assertThat(row.get("tokens").bigIntegerValue()).isEqualTo(1_000_000_000_000L);
        assertThat(row.get("flops").bigIntegerValue()).isEqualTo("57912852480000000000000");
        double seconds = 57_912_852_480e12 / (989.4e12 * 0.4);
        assertThat(row.get("device_hours").doubleValue()).isCloseTo(seconds / 3600, within(1e-3));
        assertThat(row.get("days").doubleValue()).isCloseTo(seconds / 64 / 86_400, within(1e-6));
        assertThat(Ran.mfu("flops", "--model", "gpt-small", "--tokens", "300e9").out())
                .contains("exact", "256,331,520,000,000,000,000")
                .doesNotContain("days");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tokens many                                     | many        | 1e12",
                "--tokens 0                                        | 0           | above 0",
                "--tokens 1e999999999                              | 1e999999999 | 1e12",
                "--tokens 1e12 --mfu 0.4                           | peak        | --device",
                "--tokens 1e12 --device NVIDIA-L40S                | --mfu       | 0.4",
                "--tokens 1e12 --peak-tflops 312 --mfu 40          | 40.0        | at most 1",
                "--tokens 1e12 --peak-tflops -1 --mfu 0.4          | -1.0        | above 0",
                "--tokens 1e12 --peak-tflops 1 --mfu 1 --devices 0 | --devices is 0 | 1 or more",
                "--tokens 1e12 --device Abacus --mfu 0.4           | Abacus      | --peak-tflops",
                "--devices 64                                      | --devices   | --tokens 1e12",
            })
    void aPlanThatCannotBeWorkedOutIsOneSentence(String arguments, String asked, String possible) {
        Ran ran = Ran.mfu(("flops --model gpt-small " + arguments.strip()).split(" +"));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(asked).contains(possible);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.out()).isEmpty();
    }

    /** The notebook's gpt-xl at batch 4 x 1024, and a model that no build knows, carried by the file. */
    @Test
    void rowsOfAResultFileAreCountedFromTheFileAlone(@TempDir Path folder) throws IOException {
        JsonNode published = json("flops", "results/published/notebook-a100.json");
        JsonNode last = published.get(published.size() - 1);
        assertThat(last.get("model").textValue()).isEqualTo("gpt-xl");
        assertThat(last.get("flops").bigIntegerValue()).isEqualTo(4096 * 10_273_545_600L);
        assertThat(last.get("model_from").textValue()).isEqualTo("name");

        Path file = folder.resolve("run.json");
        Files.writeString(
                file,
                result(
                        "mine",
                        "\"-Dmfu.model={\\\"model_type\\\":\\\"llama\\\",\\\"hidden_size\\\":64,"
                                + "\\\"intermediate_size\\\":128,\\\"num_hidden_layers\\\":2,\\\"num_attention_heads\\\":4,"
                                + "\\\"vocab_size\\\":100,\\\"max_position_embeddings\\\":64,\\\"tie_word_embeddings\\\":true}\""));
        JsonNode row =
                json("flops", file.toString(), "--convention", "linear_only").get(0);
        // forward: 2 FLOPs x (2 layers x (4 x 64 x 64 + 3 x 64 x 128) + 64 x 100) weights x 96 tokens
        assertThat(row.get("flops").longValue()).isEqualTo(2L * (2 * (4 * 64 * 64 + 3 * 64 * 128) + 6400) * 96);
        assertThat(row.get("model_from").textValue()).isEqualTo("file");

        Files.writeString(file, result("mine", ""));
        Ran unknown = Ran.mfu("flops", file.toString());
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("the model mine, which is not shipped")
                .doesNotContain("\tat ");
    }

    private static String result(String model, String jvmArgument) {
        return """
                [{"jmhVersion": "1.37", "benchmark": "org.mfujmh.bench.ForwardBenchmark.forward", "mode": "thrpt",
                  "threads": 1, "forks": 1, "jvmArgs": [%s],
                  "params": {"model": "%s", "batchSize": "3", "seqLen": "32", "dtype": "bf16"},
                  "primaryMetric": {"score": 1.0, "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
                    "scorePercentiles": {"50.0": 1.0}, "scoreUnit": "ops/s", "rawData": [[1.0]]},
                  "secondaryMetrics": {}}]
                """.formatted(jvmArgument, model);
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
                "--bytes --batch 0              | The batch needs at least 1 sequence, not 0.",
                "--bytes --batch -3             | The batch needs at least 1 sequence, not -3.",
                "--seq 0                        | A sequence needs at least 1 token, not 0.",
                "--seq 1025                     | beyond the context of gpt-small, which has 1024 positions",
                "--layers 2 --width 10 --heads 3 | width 10 is not divisible by 3 heads",
                "--layers 0 --width 12 --heads 3 | at least 1 for layers, not 0",
                "--layers 2 --width 12          | --heads is missing",
                "--model gpt-xl --layers 2      | not several of these",
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

    /** By hand: 12 layers of 12 d^2 weights and attention for 1024 tokens, the head of 50257 words once. */
    @Test
    void aPrefillHasTheHeadOnce() {
        long d = 768;
        long flops = 2 * 12 * 12 * d * d * 1024 + 12 * 4 * 1024 * 1024 * d + 2 * 50_257 * d;
        Ran csv = Ran.mfu(
                "flops", "--model", "gpt-small", "--logits", "last", "--convention", "exact", "--format", "csv");
        assertThat(csv.out().lines().skip(1))
                .singleElement()
                .asString()
                .startsWith("gpt-small,1,1024,exact,last," + flops + ",");
        Ran terms = Ran.mfu("flops", "--logits", "last", "--terms");
        assertThat(terms.out()).contains("2(M - H) + 2H/T + 4AT").containsPattern("head +\\[1 x 768\\]");
        assertThat(terms.out()).doesNotContain("backward  ");
        assertThat(Ran.mfu("flops", "--logits", "lst").err()).contains("Choose one of all, last");
    }

    /** DeepSeek-V3's keys have 192 columns and its values 128: 6M + 14AT is not what the row of hfu_sdpa says. */
    @Test
    void theFormulaOfRecomputedScoresIsOfThisModel() {
        String printed =
                Ran.mfu("flops", "--model", "deepseek-v3", "--seq", "20011").out();
        long m = 36_624_596_992L;
        long a = 1_249_280;
        long k = 61 * 128 * 192L;
        assertThat(printed)
                .contains(
                        "A = 1,249,280; K = 1,499,136 (query heads x columns of a key): hfu_sdpa is 6M + 12AT + 2KT here")
                .containsPattern("hfu_sdpa .*" + String.format(Locale.ROOT, "%,d", 6 * m + (12 * a + 2 * k) * 20011));
        assertThat(Ran.mfu("flops", "--model", "gpt-small").out()).doesNotContain("K = ");
    }
}
