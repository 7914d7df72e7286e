package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models that can be named, and those of a config.json, as {@code models} and {@code flops} show them. */
class ModelsCommandTest {
    /** Mixtral 8x7B as the hub has it; its maker publishes 46.7 billion parameters, 12.9 billion of them active. */
    private static final String MIXTRAL = """
            {"architectures": ["MixtralForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 1, "eos_token_id": 2,
             "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336,
             "max_position_embeddings": 32768, "model_type": "mixtral", "num_attention_heads": 32,
             "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
             "output_router_logits": false, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0,
             "router_aux_loss_coef": 0.02, "sliding_window": null, "tie_word_embeddings": false,
             "torch_dtype": "bfloat16", "transformers_version": "4.36.0.dev0", "use_cache": true, "vocab_size": 32000}
            """;

    @TempDir
    Path folder;

    private record Ran(int exitCode, String out, String err) {}

    @Test
    void listsFamiliesParametersAndWhatRuns() throws IOException {
        Ran ran = mfu("models", "--format", "json");
        assertThat(ran.exitCode).isZero();
        JsonNode models = new ObjectMapper().readTree(ran.out);
        assertThat(models).hasSizeGreaterThanOrEqualTo(21);
        assertThat(named(models, "llama-3.2-1b").get("parameters").longValue()).isEqualTo(1_235_814_400L);
        assertThat(named(models, "llama-3.2-1b").get("runs").booleanValue()).isTrue();
        assertThat(named(models, "gpt-oss-20b").get("active_parameters").longValue())
                .isEqualTo(4_187_440_704L);
        assertThat(named(models, "gpt-oss-20b").get("runs").booleanValue()).isFalse();
        assertThat(mfu("models").out)
                .containsPattern("llama-3.2-1b +llama +1,235,814,400 .*2.30 GiB")
                .containsPattern("deepseek-v3 .* 8 of 256 experts .* - +-\\n");
    }

    @Test
    void aConfigFromTheHubIsCountedUnderItsFoldersName() throws IOException {
        Path model = Files.createDirectories(folder.resolve("Mixtral-8x7B-v0.1"));
        Files.writeString(model.resolve("config.json"), MIXTRAL);
        Ran ran = mfu("flops", "--config", model.toString(), "--seq", "4096", "--convention", "linear_only");
        assertThat(ran.err).isEmpty();
        assertThat(ran.exitCode).isZero();
        assertThat(ran.out)
                .contains("Mixtral-8x7B-v0.1, batch 1 x 4,096 tokens")
                .contains("Parameters: 46,702,792,704; active (a token passes through): 12,879,925,248");
        assertThat(mfu("models", "--config", model.toString()).out)
                .containsPattern("Mixtral-8x7B-v0.1 +mixtral +46,702,792,704 +12,879,925,248 +2 of 8 experts");
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByItsName() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, MIXTRAL.replace("\"use_cache\"", "\"use_hashing\""));
        Ran ran = mfu("flops", "--config", config.toString());
        assertThat(ran.exitCode).isEqualTo(2);
        assertThat(ran.err).contains("the field \"use_hashing\"").doesNotContain("\tat ");
        assertThat(ran.out).isEmpty();
    }

    private static JsonNode named(JsonNode models, String name) {
        for (JsonNode model : models) {
            if (model.get("name").textValue().equals(name)) {
                return model;
            }
        }
        throw new AssertionError("There is no " + name);
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
