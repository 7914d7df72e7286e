package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/portable} and {@code scripts/release}: what they pack, and where to; their JDK and Maven are stand-ins. */
@EnabledOnOs(OS.LINUX)
class PortableTest {
    @TempDir
    Path folder;

    private CheckoutOfScripts checkout;
    private Path elsewhere;

    @BeforeEach
    void aVersion() throws Exception {
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        checkout = CheckoutOfScripts.with(
                Files.createDirectory(folder.resolve("checkout")),
                "scripts/portable",
                "scripts/portable-launcher",
                "scripts/release",
                "LICENSE",
                "NOTICE",
                "README.md");
        checkout.file("CHANGELOG.md", "## 9.9.9 (2026-11-27)\n\nAll is new.\n");
        checkout.file("docs/guide/gpu.md", "");
        checkout.file("src/main/native/library.cc", "");
        checkout.file(".gitignore", "/target/\n");
        checkout.file("pom.xml", """
                <artifactId>mfu-jmh</artifactId>
                <version>9.9.9</version>
                <project.build.outputTimestamp>2026-11-27T00:00:00Z</project.build.outputTimestamp>
                """);
        checkout.program("jdk/bin/jlink", "while [ \"$1\" != --output ]; do shift; done; mkdir -p \"$2/bin\"");
        checkout.file("jdk/include/jni.h", "");
        checkout.file("jdk/include/linux/jni_md.h", "");
        checkout.program("bin/strip", "");
        checkout.program("bin/mvn", """
                mkdir -p target
                echo a library > target/library.jar
                echo "$PWD/target/library.jar" > target/classpath.txt
                echo licences > target/THIRD-PARTY.txt
                for made in .jar -cpu-linux-x86_64.tar.gz .cdx.json; do echo 9.9.9 > target/mfu-jmh-9.9.9$made; done
                """);
    }

    @Test
    void theArchiveHasTheJarOfThisVersionAlone() throws Exception {
        checkout.file("target/mfu-jmh-9.9.8.jar", "the version before");
        checkout.said(elsewhere, checkout.root().resolve("scripts/portable"));
        Path archive = checkout.root().resolve("target/mfu-jmh-portable.tar.xz");
        assertThat(checkout.said(elsewhere, "tar", "tf", archive).lines())
                .filteredOn(entry -> entry.endsWith(".jar"))
                .containsExactlyInAnyOrder("mfu-jmh/lib/library.jar", "mfu-jmh/lib/mfu-jmh-9.9.9.jar");
    }

    @Test
    void theFileIsWhereTheCallerNamesIt() throws Exception {
        checkout.said(elsewhere, checkout.root().resolve("scripts/portable"), "mine.tar.xz");
        assertThat(elsewhere.resolve("mine.tar.xz")).isNotEmptyFile();
        assertThat(checkout.root().resolve("mine.tar.xz")).doesNotExist();
    }

    @Test
    void theReleaseIsWhereTheCallerNamesIt() throws Exception {
        Path root = checkout.root();
        checkout.said(root, "git", "init", "--quiet");
        checkout.said(root, "git", "add", "--all");
        checkout.said(root, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=all");
        checkout.said(elsewhere, root.resolve("scripts/release"), "v9.9.9", "out");
        assertThat(elsewhere.resolve("out")).isDirectoryContaining("glob:**/*-portable-linux-*.tar.xz");
        assertThat(elsewhere.resolve("out/notes.md")).content().contains("All is new.");
        assertThat(root.resolve("out")).doesNotExist();
    }
}
