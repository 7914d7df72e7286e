package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.results.JmhJson;

class ReportCommandTest {
    @TempDir
    Path folder;

    private Path file(String name, double... forks) {
        return JmhJson.write(
                folder.resolve(name), JmhJson.of("org.example.Sort.quick").forks(forks));
    }

    @Test
    void theEndingOfTheFileSaysTheFormat() throws IOException {
        Path input = file("in.json", 1, 2, 3);
        Path html = folder.resolve("new/page.html");
        Path markdown = folder.resolve("page.md");

        Ran ran = Ran.mfu("report", input.toString(), "-o", html.toString());
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo(html + System.lineSeparator());
        assertThat(Files.readString(html)).startsWith("<!DOCTYPE html>");
        assertThat(Ran.mfu("report", input.toString(), "-o", markdown.toString())
                        .exitCode())
                .isZero();
        assertThat(Files.readString(markdown)).startsWith("## 1 measurement");
    }

    @Test
    void theBaselineIsBeforeWhateverTheOrder() throws IOException {
        Path first = file("first.json", 100, 101, 99, 100);
        Path second = file("second.json", 50, 51, 49, 50);
        Path page = folder.resolve("r.md");

        Ran.mfu("report", first.toString(), second.toString(), "--baseline", second.toString(), "-o", page.toString());

        assertThat(Files.readString(page)).startsWith("## first.json compared with second.json. IMPROVED");
    }

    @Test
    void ofTwoNamedFilesTheBaselineIsBefore() throws IOException {
        Path baseline = file("baseline.json", 100, 101, 99, 100);
        Path after = file("after.json", 50, 51, 49, 50);
        Path page = folder.resolve("r.md");

        for (List<Path> order : List.of(List.of(baseline, after), List.of(after, baseline))) {
            Ran ran = Ran.mfu("report", order.get(0).toString(), order.get(1).toString(), "-o", page.toString());

            assertThat(ran.err()).isEmpty();
            assertThat(Files.readString(page)).startsWith("## after.json compared with baseline.json. REGRESSED");
        }
    }

    @Test
    void amongMoreFilesABaselineIsLeftOutAloud() throws IOException {
        String[] words = {
            "report",
            file("baseline.json", 1, 2, 3).toString(),
            file("monday.json", 1, 2, 3).toString(),
            file("tuesday.json", 4, 5, 6).toString(),
            "-o",
            folder.resolve("r.md").toString()
        };

        assertThat(Ran.mfu(words).err()).startsWith("mfu report: baseline.json is ignored");
        assertThat(Files.readString(folder.resolve("r.md")))
                .contains("monday.json")
                .contains("tuesday.json");
        words[1] = folder.toString();
        assertThat(Ran.mfu(words).err())
                .as("a folder was never asked for its baseline")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "missing.json | There is no file",
                "broken.json | broken.json",
                "empty.json | is empty",
                "good.json --format html -o good.json | is one of the result files that are read",
                "missing-*.json | No result file matches the pattern",
                "good.json -o x.pdf | has no known extension",
                "good.json -o x.html --chart throughput | needs an .svg or .png file",
                "good.json -o x.svg --chart roofline | No measurement is a pass of a known model",
                "good.json -o x.svg --chart throughpt | throughput",
                "good.json --baseline good.json | needs exactly one other file; 0 were given",
            })
    void aMistakeIsOneSentence(String arguments, String expected) throws IOException {
        file("good.json", 1, 2, 3);
        Files.writeString(folder.resolve("broken.json"), "{\"not\": \"an array\"}");
        Files.writeString(folder.resolve("empty.json"), "");
        String[] words = ("report " + arguments).split(" ");
        for (int i = 1; i < words.length; i++) {
            words[i] = words[i].contains(".") ? folder.resolve(words[i]).toString() : words[i];
        }

        Ran ran = Ran.mfu(words);

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains(expected).startsWith("mfu report: ").doesNotContain("\tat ");
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(folder.resolve("x.svg")).doesNotExist();
    }

    @Test
    void aPageThatCannotBeWrittenIsOneSentence() throws IOException {
        file("good.json", 1, 2, 3);
        String good = folder.resolve("good.json").toString();

        Ran ran = Ran.mfu("report", good, "-o", good + "/x.html");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("cannot be written").startsWith("mfu report: ");
        assertThat(ran.err().lines()).hasSize(1);
    }
}
