package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every package says what it holds, and what it believes. */
class PackageInfoTest {
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/\\s*package ([\\w.]+);", Pattern.DOTALL);
    private static final Pattern END_OF_SENTENCE = Pattern.compile("[.?!](\\s|$)");

    static Stream<Path> packages() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String root : List.of("src/main/java", "src/jmh/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .distinct()
                        .forEach(folders::add);
            }
        }
        return folders.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void itSaysWhatItHoldsAndItsOpinion(Path folder) throws IOException {
        Path file = folder.resolve("package-info.java");
        assertThat(file).exists();
        var found = COMMENT.matcher(Files.readString(file));
        assertThat(found.find()).as("a comment over the package").isTrue();
        assertThat(folder.toString().replace('/', '.').replace('\\', '.')).endsWith(found.group(2));
        String text = found.group(1).replaceAll("\\s*\\n \\*\\s*", " ");
        assertThat(END_OF_SENTENCE.matcher(text).results().count())
                .as("sentences")
                .isGreaterThanOrEqualTo(2);
        assertThat(text.length()).as("letters").isBetween(150, 1200);
    }
}
