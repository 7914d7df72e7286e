package org.mfujmh.suite.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A real process that ends: it does what it was to do then, and not what was called off. */
class OnShutdownTest {

    /** Ends at once. */
    public static final class Child {
        public static void main(String[] none) {
            OnShutdown kept = OnShutdown.run("kept", () -> System.out.println("kept"));
            OnShutdown.run("called off", () -> System.out.println("called off")).close();
            OnShutdown.run("closing", () -> {
                kept.close();
                System.out.println("too late to call off");
            });
        }
    }

    @Test
    void whatIsCalledOffIsNotDoneAndDuringAShutdownNothingCanBe() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        assertThat(said.lines()).containsExactlyInAnyOrder("kept", "too late to call off");
    }
}
