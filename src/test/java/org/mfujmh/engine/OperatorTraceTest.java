package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.CannotWrite;
import org.mfujmh.Signals;

/** A trace that is not whole: libtorch does not say that it could not write one. */
class OperatorTraceTest {
    private static final String WHOLE =
            "[{\"name\": \"aten::mm\", \"shape\": [[2, 3], [3, 4]]}, {\"name\": \"aten::add\", \"shape\": []}]\n";

    @TempDir
    Path folder;

    @Test
    void aTraceThatWasCutAnywhereIsNone() throws IOException {
        Path file = folder.resolve("trace.json");
        assertThat(OperatorTrace.read(Files.writeString(file, WHOLE))).hasSize(2);
        assertThat(OperatorTrace.read(Files.writeString(file, "[]"))).isEmpty();
        for (int length = 0; length < WHOLE.lastIndexOf(']'); length++) {
            Files.writeString(file, WHOLE.substring(0, length));
            assertThatThrownBy(() -> OperatorTrace.read(file)).isInstanceOf(IOException.class);
        }
    }

    /** Is killed while it writes a trace. */
    public static final class Child {
        public static void main(String[] none) {
            Torch.version(); // loads it
            OperatorTrace.during(() -> {
                try {
                    Signals.send("KILL", ProcessHandle.current().pid());
                    Thread.sleep(Long.MAX_VALUE);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatAKilledChildLeavesIsDeletedAndNothingElse() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path ofAnother = Files.createTempFile("mfu-trace-1-", ".json");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .inheritIO()
                .start();
        assertThat(child.waitFor()).isEqualTo(137);
        PathMatcher left = temporary
                .getFileSystem()
                .getPathMatcher("glob:**/mfu-trace-" + ProcessHandle.current().pid() + "-*.json");
        assertThat(temporary).isDirectoryContaining(left::matches);
        OperatorTrace.deleteThoseOfChildren();
        assertThat(temporary).isDirectoryNotContaining(left::matches);
        assertThat(Files.deleteIfExists(ofAnother)).isTrue();
    }

    /** The kernel's device stands for a file on a full disk. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsNamed() {
        Torch.version(); // loads it
        assertThatThrownBy(() -> OperatorTrace.during(() -> {}, Path.of("/dev/full")))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining("could not write all of its trace /dev/full. Make room in the folder /dev,")
                .hasMessageContaining("java.io.tmpdir=FOLDER");
    }
}
