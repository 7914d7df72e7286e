package org.mfujmh.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.hub.Models;

/** The steps that mean something without a GPU, and what is said where there is none. */
class GpuCheckTest {

    @Test
    void onACpuItsStepsPass() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();

        int exitCode = GpuCheck.run("cpu", Models.named("gpt-tiny"), stream(text));

        assertThat(text.toString(StandardCharsets.UTF_8))
                .containsPattern("ok +bf16 +logits differ from fp32's by [0-9.]+ %")
                .containsPattern("ok +synchronisation +a pass of [0-9]+ x [0-9]+ tokens takes")
                .contains("skipped: a CPU has none")
                .contains("All is well.");
        assertThat(exitCode).isZero();
    }

    @Test
    void withoutTheGpuThatWasAskedForItSaysWhatToDo() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();

        assertThat(GpuCheck.run("cuda:97", Models.named("gpt-tiny"), stream(text)))
                .isEqualTo(2);
        assertThat(text.toString(StandardCharsets.UTF_8)).startsWith("gpu-check: Device cuda:97 was requested");
    }

    private static PrintStream stream(ByteArrayOutputStream text) {
        return new PrintStream(text, true, StandardCharsets.UTF_8);
    }
}
