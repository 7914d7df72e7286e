package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mfujmh.BadInput;

/**
 * A PyTorch that is installed on this machine, known to be usable here.
 *
 * @param folder the Python package, {@code .../site-packages/torch}, without symbolic links
 */
record InstalledTorch(Path folder, TorchVersion version) {

    /** The libraries that DJL loads; the others in torch/lib are for Python and for tests. */
    private static final List<String> LIBRARIES =
            List.of("libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so");

    /** Takes a {@code const std::string&} of the old ABI; code for that ABI calls it by this name. */
    private static final String CHECK_WITH_OLD_STRINGS = "_ZN3c106detail14torchCheckFailEPKcS2_jRKSs";

    /** Where PyTorch's headers say their version: today, and up to 2.8. */
    private static final List<String> VERSION_HEADERS =
            List.of("torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h");

    /**
     * Reads and checks it.
     *
     * @throws BadInput if it is damaged, or for another machine
     */
    static InstalledTorch of(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (!Files.isRegularFile(real.resolve("lib/libtorch_cpu.so"))) {
                throw new BadInput(folder + " is not an installed PyTorch: it has no lib/libtorch_cpu.so."
                        + " Install it with pip, or name another with --torch.");
            }
            InstalledTorch torch =
                    new InstalledTorch(real, TorchVersion.parse(Files.readString(real.resolve("version.py"))));
            torch.requireArchitecture();
            return torch;
        } catch (IOException e) {
            throw new BadInput("The PyTorch in " + folder + " cannot be read: " + e + ".", e);
        }
    }

    private void requireArchitecture() throws IOException {
        String theirs = new ElfFile(mainLibrary())
                .architecture()
                .orElseThrow(
                        () -> new BadInput(
                                "The PyTorch in " + folder
                                        + " is damaged: lib/libtorch_cpu.so is not a shared library. Install it again, or name another with --torch."));
        if (!theirs.equals(ElfFile.ownArchitecture())) {
            throw new BadInput("The PyTorch in " + folder + " is for " + theirs + ", and this Java for "
                    + ElfFile.ownArchitecture()
                    + ": install one for this machine, or use a Java for that architecture.");
        }
    }

    /** The headers, which the JNI library is compiled against. @throws BadInput if they are missing, or another's */
    List<Path> headers() {
        Path include = folder.resolve("include");
        Path api = include.resolve("torch/csrc/api/include");
        if (!Files.isRegularFile(include.resolve("ATen/ATen.h"))
                || !Files.isRegularFile(api.resolve("torch/torch.h"))) {
            throw new BadInput("The PyTorch in " + folder
                    + " has no headers (include/ATen/ATen.h), which the JNI library is compiled against. pip's wheels have them: python3 -m pip install torch=="
                    + version.release()
                    + "; or give a library that was compiled elsewhere by " + JniLibrary.GIVEN_VARIABLE + "=FILE.");
        }
        headerVersion(include)
                .filter(theirs -> !theirs.equals(version.release()))
                .ifPresent(theirs -> {
                    throw new BadInput("The PyTorch in " + folder + " is mixed: its headers are of " + theirs
                            + " and its version.py of " + version.full() + ". Install it again.");
                });
        return List.of(include, api);
    }

    private static Optional<String> headerVersion(Path include) {
        for (String name : VERSION_HEADERS) {
            Path header = include.resolve(name);
            if (Files.isRegularFile(header)) {
                try {
                    String text = Files.readString(header);
                    return Optional.of(
                            String.join(".", number(text, "MAJOR"), number(text, "MINOR"), number(text, "PATCH")));
                } catch (IOException e) {
                    throw new BadInput("PyTorch's header " + header + " cannot be read: " + e + ".", e);
                }
            }
        }
        return Optional.empty();
    }

    private static String number(String header, String part) {
        Matcher defined =
                Pattern.compile("TORCH_VERSION_" + part + "\\s+(\\d+)").matcher(header);
        return defined.find() ? defined.group(1) : "?";
    }

    /** Those of {@link #LIBRARIES} that this build has. */
    Stream<String> librariesThere() {
        return LIBRARIES.stream().filter(library -> Files.exists(libraries().resolve(library)));
    }

    Path libraries() {
        return folder.resolve("lib");
    }

    Path mainLibrary() {
        return libraries().resolve("libtorch_cpu.so");
    }

    /**
     * Whether it uses the old C++ string ABI, as wheels up to 2.6 do. One symbol tells: the C++ library that is linked
     * into such a build has symbols of both.
     */
    boolean oldStrings() {
        try {
            return new ElfFile(libraries().resolve("libc10.so")).contains(CHECK_WITH_OLD_STRINGS);
        } catch (IOException e) {
            throw new BadInput("The PyTorch in " + folder + " cannot be read: " + e + ".", e);
        }
    }

    /** A fingerprint that changes with the build: size and time of its main library. */
    String stamp() {
        return stamp(mainLibrary());
    }

    static String stamp(Path library) {
        try {
            return Files.size(library) + ":"
                    + Files.getLastModifiedTime(library).toMillis();
        } catch (IOException gone) {
            return "gone";
        }
    }
}
