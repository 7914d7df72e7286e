package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.CannotWrite;
import org.mfujmh.device.NativeFolder;

/** A trouble of the machine is a sentence and an exit code, never success and never a stack trace. */
@EnabledOnOs(OS.LINUX)
class TroubleIT {
    @TempDir
    Path folder;

    private String classPath = System.getProperty("java.class.path");

    /** uutils #9782, torognes/vsearch #243: a full disk behind standard output looked like success. */
    @ParameterizedTest
    @ValueSource(
            strings = {"peaks", "flops", "flops --per-token-csv", "--help", "bench --help", "help flops", "--version"})
    void aFullStandardOutputIsNotSuccess(String arguments) throws Exception {
        Shell ran = shell("mfu " + arguments + " > /dev/full");

        assertThat(ran.code).as(ran.err).isEqualTo(1);
        assertThat(ran.err).contains("standard output cannot be written: No space left on device.");
        assertThat(ran.err.lines()).hasSize(1);
    }

    @Test
    void aClosedStandardOutputIsNotSuccess() throws Exception {
        Shell ran = shell("mfu peaks >&-");
        assertThat(ran.code).as(ran.err).isEqualTo(1);
        assertThat(ran.err).contains("standard output cannot be written");
    }

    @Test
    void aReaderThatHasEnoughIsNoTrouble() throws Exception {
        Shell ran = shell("set -o pipefail; mfu flops --per-token-csv | head -1");
        assertThat(ran.code).as(ran.err).isZero();
        assertThat(ran.err).isEmpty();
        assertThat(ran.out.lines()).hasSize(1);
    }

    /** usestrix/strix #828: a limit on the size of files ends as a full disk does. */
    @Test
    void aPageThatDoesNotFitLeavesTheOldOne() throws Exception {
        Path page = Files.writeString(folder.resolve("report.html"), "the old page");
        Path results = Path.of(
                TroubleIT.class.getResource("/org/mfujmh/gate/baseline.json").toURI());

        Shell ran = shell("ulimit -f 200; mfu report '" + results + "' -o '" + page + "'");

        assertThat(ran.code).as(ran.err).isEqualTo(1);
        assertThat(ran.err)
                .contains("report.html cannot be written: File too large. Its previous content is unchanged.");
        assertThat(ran.err.lines()).hasSize(1);
        assertThat(page).hasContent("the old page");
        try (var left = Files.list(folder)) {
            assertThat(left.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    /** jQAssistant #817: folders that JNA and DJL cannot run anything from; a file in the way stands in for noexec. */
    @Test
    void aFolderThatNativesCannotBeUnpackedIntoIsNamedWithTheOptionThatHelps() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        Shell ran = shell("mfu bench -p model=gpt-tiny -p seqLen=16", "-Djna.tmpdir=" + file.resolve("jna"));

        assertThat(ran.code).as(ran.err).isEqualTo(2);
        assertThat(ran.err)
                .contains("JNA unpacks its native library into " + file.resolve("jna"))
                .contains("MFU_JAVA_OPTS=-Djna.tmpdir=FOLDER");
        assertThat(ran.err.lines()).hasSize(1);
    }

    /** A CUDA build on a machine without a GPU, as where its image is built. */
    @ParameterizedTest
    @ValueSource(strings = {"verify --executed", "export exported"})
    void aLibtorchThatDjlPassesOverIsExplained(String arguments) throws Exception {
        Path natives = Files.createDirectories(folder.resolve("classes/native/lib"));
        Files.writeString(
                natives.resolve("pytorch.properties"),
                "version=2.7.1-20250812\nclassifier=cu124-linux-x86_64\nlibraries=libtorch.so\n");
        // Surefire's own class path is one jar that names the others.
        String whole = System.getProperty("surefire.test.class.path", classPath);
        classPath = Stream.of(whole.split(":", -1))
                .filter(entry -> !entry.contains("pytorch-native"))
                .collect(Collectors.joining(":", folder.resolve("classes") + ":", ""));

        Shell ran = shell("DJL_CACHE_DIR=$PWD/djl mfu " + arguments);

        assertThat(ran.code).as(ran.err).isEqualTo(2);
        assertThat(ran.err)
                .contains("libtorch cannot be loaded: Offline mode")
                .contains("a CUDA build needs an NVIDIA driver")
                .doesNotContain("This is a bug");
    }

    @Test
    void anExceptionOfALibraryIsASentenceUnlessItsTraceIsAskedFor() {
        Failure bug = Failure.of(new IllegalStateException("a b\u001b[2J"));
        assertThat(bug.exitCode()).isEqualTo(1);
        assertThat(bug.sentence())
                .contains("This is a bug: IllegalStateException")
                .contains("--stacktrace")
                .doesNotContain("\u001b");
        assertThat(Failure.of(new java.io.UncheckedIOException(new IOException("Stale file handle")))
                        .sentence())
                .isEqualTo("A file cannot be read or written: Stale file handle.");
        assertThat(Failure.of(new OutOfMemoryError("Java heap space")).sentence())
                .contains("MFU_JAVA_OPTS=-Xmx");
        assertThat(Failure.of(new CannotWrite("x cannot be written.", null)).exitCode())
                .isEqualTo(1);
    }

    @Test
    void everyCommandTakesStacktrace() {
        assertThat(Launched.here("peaks", "NVIDIA L4", "--stacktrace").exitCode())
                .isZero();
        Launched ran = Launched.here("report", folder.resolve("none.json"), "--stacktrace");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("mfu report: ").contains("\tat org.mfujmh.");
        assertThat(Launched.here("report", folder.resolve("none.json")).err()).doesNotContain("\tat ");
    }

    @Test
    void aFolderWhoseFilesCannotBeRunIsTold() {
        assertThat(new NativeFolder("X unpacks", folder, "O").trouble()).isEmpty();
        assertThat(new NativeFolder("X unpacks", Path.of("/proc/nowhere"), "O=FOLDER")
                        .trouble()
                        .orElseThrow())
                .startsWith("X unpacks into /proc/nowhere, where nothing can be written")
                .endsWith("O=FOLDER.");
    }

    private record Shell(int code, String out, String err) {}

    private Shell shell(String script, String... jvm) throws IOException, InterruptedException {
        List<String> java = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        java.addAll(List.of(jvm));
        java.addAll(List.of("-cp", classPath, "org.mfujmh.cli.Mfu"));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Path launcher = Files.writeString(
                folder.resolve("mfu"),
                "#!/bin/bash\nexec "
                        + java.stream().map(word -> "'" + word + "'").reduce("", (a, b) -> a + " " + b) + " \"$@\"\n");
        launcher.toFile().setExecutable(true);
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().merge("PATH", folder.toString(), (path, first) -> first + File.pathSeparator + path);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        int code = builder.start().waitFor();
        return new Shell(code, Files.readString(out), Files.readString(err));
    }
}
