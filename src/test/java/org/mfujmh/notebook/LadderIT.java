package org.mfujmh.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.Signals;
import org.mfujmh.suite.RunningSuite;

/** The ladder as a user starts it, and stops it while a rung is measured. */
@EnabledOnOs(OS.LINUX)
class LadderIT {
    @TempDir
    private Path folder;

    @Test
    void stoppedItSaysHowManyRungsAreMeasured() throws Exception {
        List<String> command = RunningSuite.command(folder, "--quick", "-jvmArgsAppend");
        command.set(command.indexOf("bench"), "ladder");
        command.remove("-jvmArgsAppend"); // which keeps what is bench's away
        RunningSuite ladder = RunningSuite.start(folder, command);
        ladder.fork();
        Signals.send("TERM", ladder.handle().pid());
        assertThat(ladder.end()).isEqualTo(143);
        assertThat(ladder.err())
                .containsPattern("Stopped: 0 of \\d rungs measured; nothing was written\\.")
                .doesNotContain("To resume");
        assertThat(folder.resolve("results")).doesNotExist();
    }
}
