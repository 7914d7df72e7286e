package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** libnvidia-ml.so as fake_nvml.c makes it: what it tells is made up, the calls into it are not. */
public final class FakeNvml {
    public static final String UUID = "GPU-fake";
    public static final double MHZ = 1400;
    public static final double WATTS = 250;
    public static final double CELSIUS = 61;
    public static final double USED_BYTES = 3L << 30;

    private FakeNvml() {}

    /**
     * Compiles it into a folder; without gcc the test is skipped, and says so.
     *
     * @return the library, by the name that the driver's has
     */
    public static Path build(Path folder) throws IOException, InterruptedException {
        assumeTrue(hasGcc(), "There is no gcc here to build a fake libnvidia-ml.so.1 with.");
        Path source = folder.resolve("fake_nvml.c");
        try (InputStream text = FakeNvml.class.getResourceAsStream("fake_nvml.c")) {
            Files.copy(text, source);
        }
        Path library = folder.resolve("libnvidia-ml.so.1");
        Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return library;
    }

    private static boolean hasGcc() throws InterruptedException {
        try {
            Process gcc = new ProcessBuilder("gcc", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return gcc.waitFor(30, TimeUnit.SECONDS) && gcc.exitValue() == 0;
        } catch (IOException none) {
            return false;
        }
    }
}
