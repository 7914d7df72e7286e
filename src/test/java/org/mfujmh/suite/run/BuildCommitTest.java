package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCommitTest {
    @TempDir
    private Path folder;

    private Path jar(String name, String commit) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (commit != null) {
            manifest.getMainAttributes().putValue("Mfu-Commit", commit);
        }
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return file;
    }

    @Test
    void itIsInTheManifest() throws Exception {
        assertThat(BuildCommit.of(jar("a b.jar", "0123456789ab-dirty"))).contains("0123456789ab-dirty");
    }

    @Test
    void aJarBuiltOutsideACheckoutHasNone() throws Exception {
        assertThat(BuildCommit.of(jar("none.jar", null))).isEmpty();
        assertThat(BuildCommit.of(jar("empty.jar", ""))).isEmpty();
    }

    @Test
    void whatIsNoJarHasNone() throws Exception {
        assertThat(BuildCommit.of(folder)).isEmpty();
        assertThat(BuildCommit.of(folder.resolve("missing.jar"))).isEmpty();
        assertThat(BuildCommit.of(Files.writeString(folder.resolve("text.jar"), "no jar")))
                .isEmpty();
    }
}
