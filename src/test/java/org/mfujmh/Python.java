package org.mfujmh;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Python that tests of scripts run on: python3, or what the variable {@code MFU_PYTHON} names. */
public final class Python {
    private Python() {}

    /** Its command; empty if it is not there, or cannot import these modules, which are separated by commas. */
    public static Optional<String> importing(String modules) throws IOException, InterruptedException {
        String python = Optional.ofNullable(System.getenv("MFU_PYTHON")).orElse("python3");
        try {
            Process asked = new ProcessBuilder(python, "-c", "import " + modules)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean can = asked.waitFor(2, TimeUnit.MINUTES) && asked.exitValue() == 0;
            return can ? Optional.of(python) : Optional.empty();
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }
}
