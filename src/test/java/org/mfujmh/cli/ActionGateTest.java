package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words that the action's script makes of its inputs, as a launcher repeats them that does nothing else. */
@EnabledOnOs(OS.LINUX)
class ActionGateTest {
    private static final Path SCRIPT = Path.of("scripts/action-gate").toAbsolutePath();

    @TempDir
    Path folder;

    private String words(String arguments) throws Exception {
        Path mfu = folder.resolve("mfu");
        Files.writeString(mfu, "#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\"; done\n");
        assertThat(mfu.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("pom.xml"), "<artifactId>mfu-jmh</artifactId>");
        ProcessBuilder script = new ProcessBuilder("bash", SCRIPT.toString()).directory(folder.toFile());
        script.environment().put("MFU_AGAINST", "other.jar");
        script.environment().put("MFU_ARGS", arguments);
        script.environment().remove("GITHUB_OUTPUT");
        Process process = script.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }

    /** An empty word would be a pattern, which every benchmark matches. */
    @ParameterizedTest
    @CsvSource({"''", "'  '", "'\n\t'"})
    void blankArgumentsAreNone(String arguments) throws Exception {
        assertThat(words(arguments)).isEqualTo("<bench><--against><other.jar><-rff><mfu-gate.json><--format><github>");
    }

    @Test
    void argumentsAreSplitAsByAShell() throws Exception {
        assertThat(words(" -f 3 'a b' ")).endsWith("<github><-f><3><a b>");
    }
}
