package org.mfujmh.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.CheckoutOfScripts;
import org.mfujmh.Signals;

/** {@code scripts/gpu-session} with a launcher that runs until it is stopped, and then ends by itself, as a JVM does. */
@EnabledOnOs(OS.LINUX)
class GpuSessionTest {
    private static final String SUITE = """
            trap 'echo ended >> "$0.log"; exit 130' INT TERM
            echo "$1" >> "$0.log"
            i=0; while [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done""";

    @TempDir
    Path folder;

    @Test
    void controlCEndsTheSessionAndNotOneStep() throws Exception {
        assertThat(interrupted(List.of("gpu-check"), "check", "max-batch")).containsExactly("gpu-check", "ended");
    }

    @Test
    void controlCEndsTheSuiteInTheBackground() throws Exception {
        assertThat(interrupted(Collections.nCopies(2, "bench"), "two-suites", "check"))
                .containsExactly("bench", "bench", "ended", "ended");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    /** What the launcher has written down, if a terminal's Ctrl-C came as soon as it had written that. */
    private List<String> interrupted(List<String> begun, String... steps) throws Exception {
        CheckoutOfScripts checkout = CheckoutOfScripts.with(folder.resolve("checkout"), "scripts/gpu-session");
        Path log = Path.of(checkout.program("mfu", SUITE) + ".log");
        Path script = checkout.root().resolve("scripts/gpu-session");
        // A group of its own, which a terminal signals as a whole. A build in the background is deaf to INT.
        ProcessBuilder builder = checkout.process(folder, "setsid", "env", "--default-signal=INT", script);
        builder.command().addAll(List.of(steps));
        builder.environment().put("TWO_APART", "0");
        builder.environment()
                .put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
        Process session =
                builder.redirectOutput(folder.resolve("said").toFile()).start();
        while (session.isAlive()
                && !(Files.exists(log) && Files.readAllLines(log).equals(begun))) {
            Thread.sleep(20);
        }
        Signals.send("INT", -session.pid());
        assertThat(session.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(session.exitValue())
                .as(Files.readString(folder.resolve("said")))
                .isEqualTo(130);
        return Files.readAllLines(log);
    }
}
