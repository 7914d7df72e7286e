package org.mfujmh.engine.installed;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;

/**
 * The version of a PyTorch, from its {@code torch/version.py}.
 *
 * @param full with the build it is, e.g. {@code 2.14.1+cu130}
 * @param cuda the version of CUDA that it was built for, e.g. {@code 13.0}; empty for another build
 * @param hip the same of AMD's HIP
 */
record TorchVersion(String full, Optional<String> cuda, Optional<String> hip) {
    private static final int[] OLDEST = {2, 5};

    /**
     * @param versionPy the text of {@code torch/version.py}
     * @throws BadInput if it names no version, or one that is too old
     */
    static TorchVersion parse(String versionPy) {
        String full = value(versionPy, "__version__")
                .orElseThrow(() -> new BadInput("torch/version.py names no __version__: this PyTorch is damaged."
                        + " Install it again, or name another with --torch."));
        TorchVersion version = new TorchVersion(full, value(versionPy, "cuda"), value(versionPy, "hip"));
        Matcher numbers = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*").matcher(full);
        if (numbers.matches()) {
            int major = Integer.parseInt(numbers.group(1));
            int minor = Integer.parseInt(numbers.group(2));
            if (major < OLDEST[0] || (major == OLDEST[0] && minor < OLDEST[1])) {
                throw new BadInput("PyTorch " + full + " is older than " + OLDEST[0] + "." + OLDEST[1]
                        + ", the oldest that --torch supports. Install a newer one, or leave --torch out.");
            }
        }
        return version;
    }

    /** The value of an assignment; nothing if it is None or missing. */
    private static Optional<String> value(String text, String name) {
        Matcher assigned = Pattern.compile("(?m)^" + name + "\\b[^=\\n]*=\\s*['\"]([^'\"\\n]+)['\"]")
                .matcher(text);
        return assigned.find() ? Optional.of(assigned.group(1)) : Optional.empty();
    }

    /** The numbers alone, as the headers have them: {@code 2.14.1}. */
    String release() {
        return full.replaceFirst("^(\\d+\\.\\d+\\.\\d+).*$", "$1");
    }

    /** DJL's name for the build, which contains "cu" if the CUDA libraries are to be loaded: {@code cu130}. */
    String flavor() {
        return cuda.map(number -> "cu" + number.replace(".", "")).orElse("cpu");
    }
}
