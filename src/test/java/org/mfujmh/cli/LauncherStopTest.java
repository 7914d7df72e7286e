package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.Signals;
import org.mfujmh.suite.RunningSuite;

/** The script {@code mfu} while it builds, stopped by a signal that it alone gets. */
@EnabledOnOs(OS.LINUX)
class LauncherStopTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void theBuildEndsBeforeIt(String signal, int exitCode) throws Exception {
        Files.copy(Path.of("mfu"), folder.resolve("mfu"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(folder.resolve("src/main"));
        Files.createDirectories(folder.resolve("src/jmh"));
        Files.writeString(folder.resolve("pom.xml"), "<project/>");
        Path maven = Files.createDirectories(folder.resolve("bin")).resolve("mvn");
        Path log = folder.resolve("log.txt");
        Files.writeString(maven, """
                #!/bin/bash
                trap 'echo ended >> "%1$s"; exit 143' TERM
                echo begun >> "%1$s"
                for i in {1..600}; do sleep 0.1; done
                """.formatted(log));
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        // A build in the background is deaf to INT, and so would be all that it starts; nohup is to HUP.
        ProcessBuilder builder = new ProcessBuilder(
                        "env", "--default-signal=INT,HUP", folder.resolve("mfu").toString(), "peaks")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.txt").toFile());
        builder.environment().put("PATH", maven.getParent() + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MFU_MAVEN");
        Process launcher = builder.start();
        RunningSuite.await(() -> Files.exists(log));
        List<ProcessHandle> started = launcher.descendants().toList();

        Signals.send(signal, launcher.pid());

        assertThat(launcher.waitFor()).isEqualTo(exitCode);
        assertThat(Files.readAllLines(log)).containsExactly("begun", "ended");
        // The clock sleeps for 20 s at most; the build's and its own shell are over.
        assertThat(started)
                .filteredOn(ProcessHandle::isAlive)
                .allSatisfy(left -> assertThat(left.info().command().orElse("")).endsWith("/sleep"));
        assertThat(folder.resolve("target/.mfu-built")).doesNotExist();
    }
}
