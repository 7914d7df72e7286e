package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /** A baseline is kept under version control, and a run that is resumed has written to it. */
    @Test
    void whatARunWritesItselfIsNoChangeOfTheProgram() throws Exception {
        Path program = Files.writeString(folder.resolve("a.txt"), "a");
        Path results = Files.createDirectories(folder.resolve("results/d\u00e9j\u00e0 vu"));
        Path baseline = Files.writeString(results.resolve("baseline.json"), "[]");
        git("init", "-q");
        git("add", ".");
        git("-c", "user.name=a", "-c", "user.email=a@a", "commit", "-q", "-m", "a");
        Files.writeString(baseline, "[1]");
        assertThat(BuildCommit.ofFolder(folder)).get(as(STRING)).endsWith("-dirty");
        assertThat(BuildCommit.ofFolder(results, Set.of(baseline)))
                .get(as(STRING))
                .matches("[0-9a-f]{12}");
        assertThat(BuildCommit.ofFolder(folder, Set.of(folder.resolve("none.json"))))
                .get(as(STRING))
                .endsWith("-dirty");
        Files.writeString(program, "b");
        assertThat(BuildCommit.ofFolder(folder, Set.of(baseline)))
                .get(as(STRING))
                .endsWith("-dirty");
    }

    @Test
    void theClassesOfACheckoutHaveItsCommit() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("target/classes"));
        assertThat(BuildCommit.ofCheckout(classes)).isEmpty();
        Path source = Files.writeString(folder.resolve("a.txt"), "a");
        git("init", "-q");
        git("add", "a.txt");
        git("-c", "user.name=a", "-c", "user.email=a@a", "commit", "-q", "-m", "a");
        assertThat(BuildCommit.ofCheckout(classes)).get(as(STRING)).matches("[0-9a-f]{12}");
        Files.writeString(source, "b");
        assertThat(BuildCommit.ofCheckout(classes)).get(as(STRING)).matches("[0-9a-f]{12}-dirty");
        // Another project's checkout, in which ours lies unpacked.
        assertThat(BuildCommit.ofCheckout(Files.createDirectories(folder.resolve("tools/mfu/target/classes"))))
                .isEmpty();
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
