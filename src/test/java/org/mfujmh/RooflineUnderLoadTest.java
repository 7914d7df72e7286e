package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which Java {@code scripts/roofline-under-load} runs. */
@EnabledOnOs(OS.LINUX)
class RooflineUnderLoadTest {
    @TempDir
    Path folder;

    @Test
    void itIsThatOfJavaHomeAsTheLaunchersIs() throws Exception {
        CheckoutOfScripts checkout = CheckoutOfScripts.with(folder, "scripts/roofline-under-load");
        checkout.program("mfu", "");
        checkout.file("target/classpath.txt", "");
        checkout.program("jdk/bin/java", "echo that of JAVA_HOME");
        checkout.program("bin/java", "echo another");
        assertThat(checkout.said(
                        folder, "env", "BESIDE=nothing", checkout.root().resolve("scripts/roofline-under-load")))
                .contains("that of JAVA_HOME")
                .doesNotContain("another");
    }
}
