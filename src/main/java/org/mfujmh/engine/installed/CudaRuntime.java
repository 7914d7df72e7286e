package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The CUDA runtime that an installed PyTorch uses. DJL counts GPUs by the {@code libcudart.so} that JNA finds, and
 * finds none if only Python's packages have one.
 */
final class CudaRuntime {
    private CudaRuntime() {}

    /** Its libcudart: next to it in pip's nvidia packages, in its own lib, or of the system's toolkit. */
    static Optional<Path> find(InstalledTorch torch) {
        if (torch.version().cuda().isEmpty()) {
            return Optional.empty();
        }
        String major = torch.version().cuda().get().replaceFirst("\\..*", "");
        List<Path> folders = new ArrayList<>();
        Path packages = torch.folder().resolveSibling("nvidia");
        folders.add(packages.resolve("cu" + major + "/lib"));
        folders.add(packages.resolve("cuda_runtime/lib"));
        folders.add(torch.libraries());
        // conda: lib/python3.N/site-packages/torch, and the runtime in lib.
        folders.add(torch.folder().resolve("../../..").normalize());
        folders.add(Path.of("/usr/local/cuda-" + torch.version().cuda().get() + "/lib64"));
        folders.add(Path.of("/usr/local/cuda/lib64"));
        return folders.stream().flatMap(folder -> in(folder, major).stream()).findFirst();
    }

    /** By name libcudart.so.13, or, where a wheel renames what it bundles, libcudart-8774224f.so.12. */
    private static Optional<Path> in(Path folder, String major) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "libcudart*.so." + major + "*")) {
            // The shortest name is the link that an update of the runtime keeps.
            return StreamSupport.stream(found.spliterator(), false)
                    .min(Comparator.comparing(
                                    (Path library) -> library.toString().length())
                            .thenComparing(Comparator.naturalOrder()))
                    .map(library -> library.toAbsolutePath().normalize());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
