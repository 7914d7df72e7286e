package org.mfujmh.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Pass;
import org.mfujmh.model.RowProduct;
import org.mfujmh.suite.process.ChildJvm;
import org.mfujmh.suite.run.ForkJvmOptions;

/** A real process, asked as {@code scripts/peers} asks it. */
class PassServerIT {
    private static final String BUNDLED = "2.7.1";

    private static JsonNode next(BufferedReader from) throws IOException {
        String line = from.readLine();
        assertThat(line).as("an answer").isNotNull();
        return new ObjectMapper().readTree(line);
    }

    private static JsonNode ask(Writer to, BufferedReader from, String what) throws IOException {
        to.write(what + "\n");
        to.flush();
        return next(from);
    }

    private static Process start(String... arguments) throws IOException {
        return command(arguments).start();
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java()));
        command.addAll(EngineJvm.options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PassServer.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void whatTheSuiteSettlesIsSettled(Pass pass) throws IOException, InterruptedException {
        Process process = start("settle", "gpt-tiny", pass.label(), "bf16", "2", "64");
        JsonNode settled = new ObjectMapper().readTree(process.inputReader());
        assertThat(process.waitFor()).isZero();
        JsonNode gemm = settled.get("gemm");
        JsonNode seconds = gemm.get("seconds");
        assertThat(gemm.get("label").asText())
                .isEqualTo(
                        seconds.get("upcast").asDouble() < seconds.get("native").asDouble() ? "upcast" : "native");
        assertThat(settled.get("torch").asText()).isEqualTo(BUNDLED);
        String choice = settled.get("choice").get("label").asText();
        List<String> options = new ArrayList<>(ForkJvmOptions.defaults());
        if (pass == Pass.DECODE) {
            assertThat(RowProduct.candidates(2, Gemm.of(gemm.get("label").asText())))
                    .extracting(RowProduct::label)
                    .contains(choice);
            options.add("-Dmfu.rowProduct=" + choice);
        } else {
            assertThat(choice).isIn("hand", "plain");
            options.add("-Dmfu.form=" + choice);
        }
        assertThat(new ObjectMapper().convertValue(settled.get("jvmArgs"), String[].class))
                .containsExactlyElementsOf(options);
    }

    /** scripts/peers hands it on with the options of a fork. */
    @Test
    @EnabledIfEnvironmentVariable(named = "MFU_TEST_TORCH", matches = ".+")
    void thePytorchThatAVariableNamesIsSettled() throws IOException {
        String installed = System.getenv("MFU_TEST_TORCH");
        ProcessBuilder builder = command("settle", "gpt-tiny", "forward", "fp32", "1", "64");
        builder.environment().put("MFU_TORCH", installed);
        JsonNode settled = new ObjectMapper().readTree(builder.start().inputReader());
        String version = settled.get("torch").asText();
        assertThat(version).isNotEqualTo(BUNDLED).matches("2\\.\\d+\\.\\d+.*");
        assertThat(new ObjectMapper().convertValue(settled.get("jvmArgs"), String[].class))
                .anyMatch(option -> option.endsWith("=" + version))
                .anyMatch(option -> option.contains("site-packages/torch"));
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void eachLineIsAnsweredAndTheProcessEndsWithItsInput(Pass pass) throws IOException, InterruptedException {
        Process process = start("gpt-tiny", pass.label(), "fp32", "native", "2", "40", "1");
        try (Writer to = process.outputWriter();
                BufferedReader from = process.inputReader()) {
            assertThat(next(from).get("ready").asBoolean()).isTrue();
            JsonNode first = ask(to, from, "pass");
            assertThat(first.get("seconds").asDouble()).isPositive();
            // The mark counts from when it was ready on, and knows no way down.
            assertThat(ask(to, from, "pass").get("peak_bytes").asLong())
                    .isGreaterThanOrEqualTo(first.get("peak_bytes").asLong());
            if (pass != Pass.DECODE) {
                JsonNode products = ask(to, from, "gemm");
                assertThat(products.get("best_gflops").asDouble())
                        .isGreaterThanOrEqualTo(products.get("gflops").asDouble())
                        .isPositive();
            }
            to.write("tea\n");
            to.flush();
            assertThat(from.readLine()).isNull();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }
}
