package org.mfujmh.engine.installed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The source of the JNI library (src/main/native/djl_torch.cc), and how it is compiled. */
final class JniSource {
    private static final String NAME = "djl_torch.cc";

    /** What the library depends on next to its source. */
    static final List<String> OPTIONS = List.of(
            "-std=c++20",
            "-O2",
            // libtorch is a release build: without this its classes would be laid out otherwise.
            "-DNDEBUG",
            "-fPIC",
            "-shared",
            "-fvisibility=hidden",
            // Warnings are about PyTorch's headers, which -isystem would silence; but CPATH's would come before those.
            "-w",
            "-Wl,--no-undefined",
            // What another version of libtorch lacks is said when the library is loaded, not when it is called.
            "-Wl,-z,now");

    private JniSource() {}

    static byte[] bytes() {
        try (InputStream in = JniSource.class.getResourceAsStream(NAME)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes it into a folder, and gives the compiler's arguments that make the library there. */
    static List<String> arguments(InstalledTorch torch, Map<String, String> environment, Path folder)
            throws IOException {
        Path source = Files.write(folder.resolve(NAME), bytes());
        List<String> arguments = new ArrayList<>(OPTIONS);
        arguments.add("-D_GLIBCXX_USE_CXX11_ABI=" + (torch.oldStrings() ? 0 : 1));
        List<Path> includes = new ArrayList<>(torch.headers());
        includes.addAll(JniHeaders.find(environment));
        includes.forEach(include -> arguments.add("-I" + include));
        // No rpath: DJL has loaded libtorch before, and the loader goes by the names of the libraries.
        arguments.addAll(List.of(
                source.toString(),
                "-o",
                folder.resolve(JniLibrary.FILE_NAME).toString(),
                "-L" + torch.libraries(),
                "-ltorch_cpu",
                "-lc10"));
        return arguments;
    }
}
