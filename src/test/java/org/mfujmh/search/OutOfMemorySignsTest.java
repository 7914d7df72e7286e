package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
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

    @ParameterizedTest
    @MethodSource("somethingElse")
    void whatCanMeanSomethingElseIsNotTakenForIt(String text) {
        assertThat(OutOfMemorySigns.in(text)).isEmpty();
    }
}
