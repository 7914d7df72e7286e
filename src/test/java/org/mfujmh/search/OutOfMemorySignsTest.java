package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts as libtorch, CUDA's libraries and the JVM print them. */
class OutOfMemorySignsTest {

    private static Stream<String> texts(String resource) throws IOException {
        try (InputStream in = OutOfMemorySignsTest.class.getResourceAsStream(resource)) {
            return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n---\n", -1));
        }
    }

    static Stream<String> outOfMemory() throws IOException {
        return texts("out_of_memory.txt");
    }

    static Stream<String> somethingElse() throws IOException {
        return texts("something_else.txt");
    }

    @ParameterizedTest
    @MethodSource("outOfMemory")
    void aLackOfMemoryIsRecognisedHoweverItIsTold(String text) {
        assertThat(OutOfMemorySigns.in(String.join("\n", "something before", text, "something after")))
                .isPresent();
    }

    /** As libtorch 2.11 printed it on an H200. */
    @Test
    void aGpusReportIsOneSentenceWithoutTheAdvice() {
        String whole = "RuntimeError: CUDA out of memory. Tried to allocate 136.60 GiB. GPU 0 has a total capacity of"
                + " 139.80 GiB of which 136.53 GiB is free. Including non-PyTorch memory, this process has 3.26 GiB"
                + " memory in use. Of the allocated memory 2.45 GiB is allocated by PyTorch, and 149.50 MiB is reserved"
                + " by PyTorch but unallocated. If reserved but unallocated memory is large try setting"
                + " PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.  See documentation for"
                + " Memory Management  (https://docs.pytorch.org/docs/stable/notes/cuda.html)";

        assertThat(OutOfMemorySigns.in("Traceback of TorchScript\n" + whole + "\n"))
                .contains("CUDA out of memory: 136.60 GiB asked for, 136.53 GiB of 139.80 GiB free on GPU 0");
    }

    @Test
    void aReportInOtherWordsLosesTheAdviceAlone() {
        assertThat(OutOfMemorySigns.shortened("CUDA out of memory. Tried to allocate 3 GiB. If reserved but unallocated"
                        + " memory is large try setting A=B to avoid fragmentation.\nnext line"))
                .isEqualTo("CUDA out of memory. Tried to allocate 3 GiB.\nnext line");
    }

    @ParameterizedTest
    @MethodSource("somethingElse")
    void whatCanMeanSomethingElseIsNotTakenForIt(String text) {
        assertThat(OutOfMemorySigns.in(text)).isEmpty();
    }
}
