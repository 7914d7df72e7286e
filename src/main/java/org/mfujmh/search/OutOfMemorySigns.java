package org.mfujmh.search;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The messages by which a lack of memory is recognised. Only unambiguous ones are listed: a bug that counts as "does
 * not fit" gives a wrong answer, while a missing message only stops the search.
 */
public final class OutOfMemorySigns {

    private static final List<Pattern> SIGNS = List.of(
            // libtorch on CUDA, its caching allocator and the runtime itself
            Pattern.compile("CUDA out of memory"),
            Pattern.compile("CUDA error: out of memory"),
            Pattern.compile("cudaErrorMemoryAllocation"),
            Pattern.compile("CUBLAS_STATUS_ALLOC_FAILED"),
            Pattern.compile("CUDNN_STATUS_ALLOC_FAILED"),
            // libtorch on the CPU: the first on Linux, the second elsewhere
            Pattern.compile("DefaultCPUAllocator: can't allocate memory"),
            Pattern.compile("DefaultCPUAllocator: not enough memory"),
            Pattern.compile("std::bad_alloc"),
            // The Java heap and direct buffers; metaspace and threads do not depend on the batch
            Pattern.compile("java\\.lang\\.OutOfMemoryError: (Java heap space|GC overhead limit exceeded)"),
            Pattern.compile(
                    "java\\.lang\\.OutOfMemoryError: (Direct buffer memory|Cannot reserve \\d+ bytes of direct)"),
            // The JVM's own native memory
            Pattern.compile("There is insufficient memory for the Java Runtime Environment to continue"),
            Pattern.compile("os::commit_memory\\(.*failed; error='(Cannot allocate memory|Not enough space)'"));

    /**
     * cuBLAS has no memory for its handle. In a first pass this can also mean a broken driver; autograd's thread
     * creates its own handle after the forward pass has shown that everything else works.
     */
    private static final Pattern NO_HANDLE =
            Pattern.compile("CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate\\(handle\\)`");

    /** The failing line of a traceback: TorchScript marks it on the line below, Python quotes only that line. */
    private static final Pattern IN_BACKWARD =
            Pattern.compile("torch\\.grad\\([^\\n]*\\n[^\\n]*<--- HERE|\\.backward\\(|/autograd/\\S+\\.py");

    /** libtorch's CUDA allocator: after the three figures come the shares of its caches and advice on its settings. */
    private static final Pattern CUDA_ALLOCATOR = Pattern.compile(
            "CUDA out of memory\\. Tried to allocate (\\S+ [KMG]?i?B)\\. (GPU \\d+) has a total capacity of"
                    + " (\\S+ [KMG]?i?B) of which (\\S+ [KMG]?i?B) is free\\.[^\\n]*");

    private static final Pattern ADVICE =
            Pattern.compile(" *If reserved but unallocated memory is large try setting [^\\n]*");

    private OutOfMemorySigns() {}

    /** The same text with libtorch's report on a GPU's memory shortened to what was asked for and what was free. */
    public static String shortened(String text) {
        String figures =
                CUDA_ALLOCATOR.matcher(text).replaceAll("CUDA out of memory: $1 asked for, $4 of $3 free on $2");
        return ADVICE.matcher(figures).replaceAll("");
    }

    /** The line of a text, wrapped by TorchScript or not, that tells of a lack of memory; {@link #shortened}. */
    public static Optional<String> in(String text) {
        boolean backward = IN_BACKWARD.matcher(text).find();
        return text.lines()
                .filter(line ->
                        SIGNS.stream().anyMatch(sign -> sign.matcher(line).find())
                                || (backward && NO_HANDLE.matcher(line).find()))
                .findFirst()
                .map(line -> shortened(line.strip()).replaceFirst("^RuntimeError: (?=CUDA out of memory)", ""));
    }
}
