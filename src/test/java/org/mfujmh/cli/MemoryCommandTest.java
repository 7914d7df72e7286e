package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./mfu memory} as a user starts it. */
class MemoryCommandTest {
    /** GPT-2's small model with a head of its own, as the notebook has it. */
    private static final long GPT_SMALL = 163_037_184;

    @TempDir
    Path folder;

    @Test
    void jsonHasExactBytesThatAddUp() throws IOException {
        Ran ran = Ran.mfu(
                "memory", "--model", "gpt-small", "--pass", "train-step", "--weights", "fp32", "--format", "json");
        assertThat(ran.exitCode()).isZero();
        JsonNode row = new ObjectMapper().readTree(ran.out()).get(0);
        assertThat(row.get("weights").longValue()).isEqualTo(2 * GPT_SMALL);
        assertThat(row.get("master_weights").longValue()).isEqualTo(4 * GPT_SMALL);
        assertThat(row.get("optimizer_state").longValue()).isEqualTo(8 * GPT_SMALL);
        assertThat(row.get("gradients").longValue()).isEqualTo(2 * GPT_SMALL);
        long sum = 0;
        for (String term : new String[] {
            "weights",
            "master_weights",
            "gradients",
            "optimizer_state",
            "activations",
            "logits",
            "kv_cache",
            "workspace"
        }) {
            sum += row.get(term).longValue();
        }
        assertThat(row.get("total").longValue()).isEqualTo(sum);
    }

    /** Two runs of other options must not give the same rows but for the bytes. */
    @Test
    void rowsSayAllThatTheyArePredictedFor() throws IOException {
        String[] words = ("memory --model gpt-small --device cuda --accumulation 4 --checkpoint block --weights fp32"
                        + " --optimizer adamw-unfused --format")
                .split(" ");
        JsonNode rows = new ObjectMapper().readTree(Ran.mfu(with(words, "json")).out());
        JsonNode step = rows.get(3);
        assertThat(step.get("pass").asText()).isEqualTo("train-step");
        assertThat(step.get("device").asText()).isEqualTo("cuda");
        assertThat(step.get("loss").asText()).isEqualTo("cross_entropy");
        assertThat(step.get("optimizer").asText()).isEqualTo("adamw-unfused");
        assertThat(step.get("accumulation").asInt()).isEqualTo(4);
        assertThat(step.get("checkpoint").asText()).isEqualTo("block");
        assertThat(step.get("trained_weights").asText()).isEqualTo("fp32");
        JsonNode decode = rows.get(4);
        for (String absent : new String[] {"backend", "loss", "optimizer", "measured_total"}) {
            assertThat(decode.get(absent).isNull()).as(absent).isTrue();
        }
        assertThat(rows.get(2).get("loss").asText()).isEqualTo("sum");
        String csv = Ran.mfu(with(words, "csv")).out();
        assertThat(csv).doesNotContain("null");
        assertThat(csv.lines().skip(5)).singleElement().asString().endsWith(",,,");
    }

    private static String[] with(String[] words, String last) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 1);
        all[words.length] = last;
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model gpt-small --backend plain | leave out --backend plain, or --measure",
                "--model gpt-oss-20b | Leave out --measure",
            })
    void whatCannotBeMeasuredIsASentence(String arguments, String says) {
        Ran ran = Ran.mfu(("memory --measure " + arguments).split(" "));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains(says);
    }

    /** No device has a terabyte of logits, and none 800 GB for the state of 70 billion weights; nothing is started. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model gpt-small --pass forward --batch 20000 | choose a smaller --batch or --seq | smaller model",
                "--model llama-3.1-70b --pass train-step --dtype fp32 | choose a smaller model | --batch",
            })
    void aPassThatCannotFitIsNotBegunAndTheTableSaysWhy(String arguments, String advice, String not) {
        Ran ran = Ran.mfu(("memory --measure " + arguments).split(" "));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out())
                .containsPattern("measured +not measured")
                .containsPattern(": not measured: predicted [0-9.]+ GiB of [0-9.]+ [GM]iB available; ")
                .contains(advice);
        assertThat(ran.out().lines().filter(line -> line.contains("available;")))
                .noneMatch(line -> line.contains(not));
        Ran json = Ran.mfu(("memory --measure --format json " + arguments).split(" "));
        assertThat(json.out()).contains("\"measured_total\" : null", "\"not_measured\" : \"predicted ");
    }

    @Test
    void theTableHasAColumnForEachPassAndTheMomentOfThePeak() {
        Ran ran = Ran.mfu("memory", "--model", "llama-3.2-1b", "--dtype", "fp32");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .containsPattern("term +forward +prefill +forward \\+ backward +training step, adamw +decode")
                .containsPattern("weights +4.60 GiB +4.60 GiB +4.60 GiB +4.60 GiB +4.60 GiB")
                .containsPattern("KV cache +64.0 MiB") // 65,536 bytes a token in 32 bits
                .contains("most at");
        Ran csv = Ran.mfu("memory", "--format", "csv");
        assertThat(csv.out().lines()).hasSize(1 + 4 * 5);
    }

    /** Bench and max-batch refuse such a step, too. */
    @Test
    void amongAllPassesATrainingStepThatDoesNotRunIsLeftOutWithANote() {
        Ran ran = Ran.mfu("memory", "--model", "gpt-small", "--dtype", "fp16");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("forward + backward").doesNotContain("training step");
        assertThat(ran.err()).contains("Note: without a training step. AdamW cannot keep its state in fp16");
    }

    @Test
    void aModelOfOnesOwnIsRead() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, """
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 3,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 1000, "max_position_embeddings": 128,
                 "rms_norm_eps": 1e-5, "tie_word_embeddings": true}
                """);
        Ran ran = Ran.mfu(
                "memory",
                "--config",
                config.toString(),
                "--pass",
                "decode",
                "--batch",
                "5",
                "--seq",
                "100",
                "--format",
                "json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        // 2 x 3 layers x 2 heads x 16 columns x 2 bytes x 500 tokens
        assertThat(ran.out()).contains("\"kv_cache\" : 192000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--pass backward          | backward  | forward-backward",
                "--dtype fp8              | fp8       | bf16",
                "--batch 0                | 0         | 1 or more",
                "--seq 1025               | 1025      | 1 to 1024",
                "--optimizer adam         | adam      | adamw",
                "--weights fp16           | fp16      | same",
                "--checkpoint all         | all       | block",
                "--accumulation 0         | 0         | 1 or more",
                "--backend hand-cudnn     | hand-cudnn | plain",
                "--pass train-step --dtype fp16 | AdamW | weights=fp32",
                "--pass forward,train-step --dtype fp32 --weights fp32 | fp32 anyway | leave out",
                "--pass train-step --optimizer none --weights fp32 | weights would have no effect | Leave it out",
                "--device tpu             | tpu       | cuda",
                "--model llama-3.2-1b --program notebook | llama-3.2-1b | --program",
            })
    void badInputIsOneSentence(String arguments, String asked, String possible) {
        String[] words = ("memory " + arguments.strip()).split(" +");
        Ran ran = Ran.mfu(words);
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(asked).contains(possible);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.out()).isEmpty();
    }
}
