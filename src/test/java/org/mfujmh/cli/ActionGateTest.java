package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        return said(folder, 0, Map.of("MFU_AGAINST", "other.jar", "MFU_ARGS", arguments));
    }

    /** In a folder with a launcher that repeats its words. */
    private static String said(Path folder, int exitCode, Map<String, String> inputs) throws Exception {
        Path mfu = folder.resolve("mfu");
        Files.writeString(mfu, "#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\"; done\n");
        assertThat(mfu.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("pom.xml"), "<artifactId>mfu-jmh</artifactId>");
        ProcessBuilder script = new ProcessBuilder("bash", SCRIPT.toString()).directory(folder.toFile());
        script.environment().keySet().removeIf(name -> name.startsWith("MFU_"));
        script.environment().putAll(inputs);
        script.environment().remove("GITHUB_OUTPUT");
        Process process = script.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
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

    /** The branch is younger than the clone, so that it has to be fetched. */
    @ParameterizedTest
    @CsvSource({"--no-local, false, 3", "--depth=1, true, 1"})
    void aBranchIsFetchedAndTheHistoryStaysAsLongAsItWas(String clone, String shallow, int commits) throws Exception {
        Path origin = origin();
        git(folder, "clone", "--quiet", clone, origin.toUri().toString(), "checkout");
        git(origin, "switch", "--quiet", "--create", "younger");
        git(origin, "commit", "--quiet", "--allow-empty", "--message=fourth");
        Path checkout = folder.resolve("checkout");
        String younger = git(origin, "rev-parse", "younger");
        assertThat(said(checkout, 0, Map.of("MFU_AGAINST", "younger")))
                .startsWith("<bench><--against><" + younger + ">");
        assertThat(git(checkout, "rev-parse", "--is-shallow-repository")).isEqualTo(shallow);
        assertThat(git(checkout, "rev-list", "--count", "HEAD")).isEqualTo(String.valueOf(commits));
    }

    /** Who opens a pull request may name its branch. */
    @Test
    void aNameThatLooksLikeAnOptionRunsNothing() throws Exception {
        git(folder, "clone", "--quiet", origin().toString(), "checkout");
        Path checkout = folder.resolve("checkout");
        String said = said(checkout, 2, Map.of("MFU_AGAINST", "--upload-pack=touch pwned;git-upload-pack"));
        assertThat(said).startsWith("::error title=mfu gate::There is no commit, branch or tag --upload-pack=");
        assertThat(checkout.resolve("pwned")).doesNotExist();
    }

    /** Three commits of one branch. */
    private Path origin() throws Exception {
        Path origin = Files.createDirectory(folder.resolve("origin"));
        git(origin, "init", "--quiet", "--initial-branch=main");
        for (String commit : List.of("first", "second", "third")) {
            git(origin, "commit", "--quiet", "--allow-empty", "--message=" + commit);
        }
        return origin;
    }

    private static String git(Path where, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }
}
