package org.mfujmh.engine.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.BadInput;

@EnabledOnOs(OS.LINUX)
class CacheRootsTest {
    private static final int OTHER_USER = 54321;

    @TempDir
    private Path folder;

    @Test
    void aCacheThatCannotBeWrittenIsPassedOver() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder can be made below a file");
        Path other = folder.resolve("other");

        Path root = new CacheRoots(List.of(file.resolve("cache"), other)).writable();

        assertThat(root).isEqualTo(other);
        assertThatThrownBy(() -> new CacheRoots(List.of(file.resolve("cache"))).writable())
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("MFU_CACHE=FOLDER");
    }

    @Test
    void aFolderWithoutPermissionIsPassedOver() throws IOException {
        Path readOnly = Files.createDirectory(
                folder.resolve("read-only"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        Assumptions.assumeFalse(Files.isWritable(readOnly), "root may write everywhere");

        assertThat(new CacheRoots(List.of(readOnly, folder.resolve("other"))).writable())
                .isEqualTo(folder.resolve("other"));
    }

    /** DJL takes the path for a list of folders. */
    @Test
    void aFolderWithAColonIsPassedOver() throws IOException {
        Path colon = Files.createDirectories(folder.resolve("a:b"));
        Files.createDirectory(colon.resolve("entry"));

        CacheRoots alone = new CacheRoots(List.of(colon));
        assertThat(alone.existing("entry", Files::isDirectory)).isEmpty();
        assertThatThrownBy(alone::writable)
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("a:b has a colon in its name");
    }

    /** A container's user may have no home and no name: {@code docker run -u 12345}. */
    @Test
    void aUserWithoutHomeAndNameHasAFolderOfOnesOwn() {
        String home = System.getProperty("user.home");
        String name = System.getProperty("user.name");
        try {
            System.setProperty("user.home", "/nonexistent");
            System.setProperty("user.name", "?");
            Path own = folder.resolve("own");
            CacheRoots named = CacheRoots.of(Map.of("MFU_CACHE", own.toString()));

            assertThat(named.writable()).isEqualTo(own);
            assertThat(CacheRoots.of(Map.of()).candidates().get(1).getFileName().toString())
                    .matches("mfu-jmh-\\d+");
        } finally {
            System.setProperty("user.home", home);
            System.setProperty("user.name", name);
        }
    }

    @Test
    void anotherUsersFolderIsNotTrustedAndRootsOnlyIfItIsRootsAlone() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createDirectory(root.resolve("entry"));
        CacheRoots roots = new CacheRoots(List.of(root));
        assertThat(roots.existing("entry", Files::isDirectory)).isPresent();
        Assumptions.assumeTrue(isRoot(), "only root gives folders away");

        Files.setAttribute(root, "unix:uid", OTHER_USER);

        assertThat(roots.existing("entry", Files::isDirectory)).isEmpty();
        assertThatThrownBy(roots::writable).isInstanceOf(BadInput.class).hasMessageContaining("another user");
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }
}
