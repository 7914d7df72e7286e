package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileThatCannotBeFinishedIsTheOldOneAndNothingIsLeftBeside() throws IOException {
        Path file = Files.writeString(folder.resolve("page.html"), "old");

        assertThatThrownBy(() -> WholeFile.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining(
                        "page.html cannot be written: No space left on device. Its previous content is unchanged");

        assertThat(file).hasContent("old");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void theFolderIsMadeAndWhatIsInTheWayIsTold() throws IOException {
        WholeFile.write(folder.resolve("a/b/c.txt"), "text");
        assertThat(folder.resolve("a/b/c.txt")).hasContent("text");
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("a"), "x"))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("a/b/c.txt/d"), "x"))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining("c.txt");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkStaysALinkAndPermissionsAreKept() throws IOException {
        Path file = Files.writeString(folder.resolve("real"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));

        WholeFile.write(link, "new");

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aNameAsLongAsTheyCanBeIsWritten() {
        Path file = folder.resolve("x".repeat(250));
        WholeFile.write(file, "text");
        assertThat(file).hasContent("text");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceIsWrittenToAsItIs() {
        WholeFile.write(Path.of("/dev/null"), "text");
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        assertThatThrownBy(() -> WholeFile.write(Path.of("/dev/full"), "text"))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining("No space left");
    }
}
