package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real programs of a shell: one that ends, and some that do not. */
@EnabledOnOs(OS.LINUX)
class ShortCommandTest {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(2);

    private static ShortCommand.CommandOutput sh(String script, String input, Duration limit) throws IOException {
        return ShortCommand.run(new ProcessBuilder("sh", "-c", script), input, limit);
    }

    @Test
    void whatItIsToldAndWhatItSaysPassThrough() throws IOException {
        assertThat(sh("read word; echo \"$word $word\"; exit 3", "again\n", LONG))
                .isEqualTo(new ShortCommand.CommandOutput(true, 3, "again again\n"));
        assertThat(ShortCommand.run(List.of("sh", "-c", "echo $LC_ALL; echo e >&2"), LONG)
                        .output())
                .isEqualTo("C\ne\n");
    }

    /** Whoever reads its output to the end first would wait for a minute. */
    @Test
    void oneThatKeepsItsOutputOpenIsStoppedWithWhatItStarted() throws Exception {
        assertThat(sh("echo said; exec sleep 61.25", "", SOON).ended()).isFalse();
        assertThat(sh("sleep 61.25 & echo said; wait", "", SOON).ended()).isFalse();
        assertThat(sh("exec sleep 61.25", "x".repeat(1 << 20), SOON).ended())
                .as("it does not read")
                .isFalse();
        for (int i = 0;
                i < 100 && !sh("pgrep -f '[s]leep 61.25'", "", LONG).output().isEmpty();
                i++) {
            Thread.sleep(100);
        }
        assertThat(sh("pgrep -f '[s]leep 61.25'", "", LONG).output()).isEmpty();
    }

    /** A build may say more than anybody reads. */
    @Test
    void moreThanAMebibyteIsReadAndForgotten() throws IOException {
        ShortCommand.CommandOutput much = sh("head -c 3000000 /dev/zero", "", LONG);
        assertThat(much.ended()).isTrue();
        assertThat(much.exitCode()).isZero();
        assertThat(much.output()).hasSize(1 << 20);
    }
}
