package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.BadInput;
import org.mfujmh.CannotWrite;

class ResultFileTest {
    /** Number texts that a double would change, a character beyond the BMP, an unknown field, odd spacing. */
    private static final String FAITHFUL = """
            {"benchmark":"a.B.c", "mode" : "avgt","threads":2, "unknown": {"deep": [1, {"x": null}]},
               "params": {"name": "\\ud83d\\ude00 é \\u001b[31m"},
              "primaryMetric": {"score": 1.0760829116523824E9, "scoreUnit": "us/op",
              "rawData": [[1.50, 1e-3, 12345678901234567890], ["NaN", null, 2]] } }""";

    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("r.json"), content);
    }

    private static String entry(String fields) {
        return "[{\"benchmark\": \"a.B.c\", \"mode\": \"thrpt\", " + fields + "}]";
    }

    @Test
    void whatIsWrittenAgainIsWhatWasReadToTheLastDigit() throws IOException {
        List<Entry> read = ResultFile.read(file("\n [" + FAITHFUL + " ,\n" + FAITHFUL + "]"));
        Path copy = folder.resolve("new/copy.json");
        ResultFile.write(copy, read);
        assertThat(Files.readString(copy)).isEqualTo("[\n    " + FAITHFUL + ",\n    " + FAITHFUL + "\n]\n");
        assertThat(ResultFile.read(copy)).extracting(Entry::json).containsExactly(FAITHFUL, FAITHFUL);
        try (Stream<Path> left = Files.list(copy.getParent())) {
            assertThat(left).containsExactly(copy);
        }
    }

    @Test
    void aWriteReplacesTheFileOrLeavesItAlone() throws IOException {
        Path file = file("[" + FAITHFUL + "]");
        List<Entry> read = ResultFile.read(file);
        ResultFile.write(file, List.of(read.get(0), read.get(0)));
        assertThat(ResultFile.read(file)).hasSize(2);
        Path taken = Files.createDirectory(folder.resolve("taken.json"));
        Files.writeString(taken.resolve("x"), "");
        assertThatThrownBy(() -> ResultFile.write(taken, read))
                .isInstanceOf(CannotWrite.class)
                .hasMessageContaining("taken.json cannot be written: it is a folder");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(file, taken);
        }
    }

    @Test
    void whereThereIsNoNumberJmhWritesOtherThings() throws IOException {
        Entry entry = ResultFile.read(file(
                        entry("\"primaryMetric\": {\"score\": NaN, \"scoreUnit\": \"ops/s\", \"rawData\": [[\"+INF\","
                                + " \"-INF\", null, \"NaN\"]]}, "
                                + "\"secondaryMetrics\": {\"·gc\": {\"score\": null, \"scoreUnit\": \"---\"}}")))
                .get(0);
        assertThat(entry.primary().score()).isNaN();
        assertThat(entry.primary().rawData()[0])
                .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, Double.NaN);
        assertThat(entry.secondary("·gc").orElseThrow().score()).isNaN();
        assertThat(entry.threads()).isEqualTo(1);
        assertThat(entry.forks()).isEqualTo(1);
        assertThat(entry.measurementIterations()).isEqualTo(4);
    }

    @Test
    void everyBeginningOfAFileIsASentence() throws IOException {
        String whole = "[" + FAITHFUL + "]";
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("cut.json");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ResultFile.read(file))
                    .as("the first %s bytes", length)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("cut.json");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            ~~                                                     | is empty
            ~   ~                                                  | is empty
            []                                                     | is an empty array
            {"benchmark": "x"}                                     | contains an object, but JMH's JSON is an array
            "text"                                                 | contains a string
            null                                                   | contains null
            17                                                     | contains a number
            Benchmark  Mode  Cnt  Score                            | is not valid JMH JSON, at line 1
            [1, 2]                                                 | entry 1 is a number
            [null]                                                 | entry 1 is null
            [{}]                                                   | entry 1 has no "benchmark"
            [{"benchmark": "x"}]                                   | entry 1 has no "mode"
            [{"benchmark": 3}]                                     | entry 1: "benchmark" is a number
            [{"benchmark": null, "mode": "avgt"}]                  | entry 1: "benchmark" is null
            [{"benchmark": "x", "mode": "avgt"}]                   | entry 1 (x) has no "primaryMetric"
            [{"benchmark": "x", "benchmark": "y"}]                 | Duplicate
            [{"threads": "many"}]                                  | entry 1: "threads" is a string
            [{"forks": -1}]                                        | entry 1: "forks" is a number, but must be a whole number
            [{"forks": 99999999999}]                               | entry 1: "forks" is a number, but must
            [{"params": []}]                                       | entry 1: "params" is an array
            [{"params": {"p": {}}}]                                | the parameter "p" is an object
            [{"jvmArgs": "-Xmx1g"}]                                | "jvmArgs" is a string, but must be an array
            [{"jvmArgs": [1]}]                                     | "jvmArgs" contains a number
            [{"secondaryMetrics": 1}]                              | "secondaryMetrics" is a number
            [{"secondaryMetrics": {"gc": 1}}]                      | gc is not an object with a score
            [{"primaryMetric": 1}]                                 | primaryMetric is not an object
            [{"primaryMetric": {}}]                                | primaryMetric has no "score"
            [{"primaryMetric": {"score": 1}}]                      | primaryMetric has no "scoreUnit"
            [{"primaryMetric": {"score": "fast"}}]                 | the string 'fast', not a number
            [{"primaryMetric": {"score": true}}]                   | that is not a number
            [{"primaryMetric": {"score": [1]}}]                    | that is not a number
            [{"primaryMetric": {"scoreUnit": 1}}]                  | "scoreUnit" that is not a string
            [{"primaryMetric": {"rawData": 1}}]                    | not one array per fork
            [{"primaryMetric": {"rawData": [1]}}]                  | not one array per fork
            [{"primaryMetric": {"rawData": [["x"]]}}]              | the string 'x'
            [{"primaryMetric": {"rawDataHistogram": [[1]]}}]       | lists of [value, count]
            [{"primaryMetric": {"rawDataHistogram": [[[[1]]]]}}]   | lists of [value, count]
            ~[{"benchmark": "x", }]~                               | line 1, column
            """)
    void whatIsNotAResultFileIsASentence(String content, String sentence) throws IOException {
        Path file = file(content == null ? "" : content);
        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("r.json")
                .hasMessageContaining(sentence);
    }

    @Test
    void theEntryIsNamedThatIsWrong() throws IOException {
        Path file = file("[" + FAITHFUL + "," + FAITHFUL + ", {\"benchmark\": \"z\", \"mode\": \"avgt\"}]");
        assertThatThrownBy(() -> ResultFile.read(file)).hasMessageContaining("entry 3 (z)");
        Path more = file("[" + FAITHFUL + "]\n[]");
        assertThatThrownBy(() -> ResultFile.read(more))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has content after the end");
    }

    @Test
    void hostileTextIsDataAndNeverReachesATerminal() throws IOException {
        String escape = "\u001b]0;pwned\u0007\u202e";
        Path file = file("[{\"benchmark\": \"\\u001b[2J\\u202e<script>\", \"mode\": \"avgt\", \"params\": null, "
                + "\"primaryMetric\": {\"score\": \"\\u001b[31m\"}}]");
        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(BadInput.class)
                .message()
                .doesNotContain("\u001b")
                .contains("\\u001b[31m");
        assertThatThrownBy(() -> ResultFile.read(folder.resolve("no" + escape + ".json")))
                .isInstanceOf(BadInput.class)
                .message()
                .doesNotContain("\u001b", "\u0007", "\u202e");
        assertThat(PlainText.of("x".repeat(1000))).hasSize(203);
    }

    @Test
    void deepNestingIsASentenceAndNoStackOverflow() throws IOException {
        Path file = file("[{\"x\": [".repeat(100_000));
        assertThatThrownBy(() -> ResultFile.read(file)).isInstanceOf(BadInput.class);
    }

    @Test
    void foldersAndAbsentFilesAreSentences() {
        assertThatThrownBy(() -> ResultFile.read(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> ResultFile.read(folder.resolve("nowhere.json")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("There is no file");
    }

    @Test
    void theEncodingsOfWindowsAreRead() throws IOException {
        String whole = "[" + FAITHFUL + "]";
        for (byte[] bytes : new byte[][] {
            ("\uFEFF" + whole).getBytes(StandardCharsets.UTF_8),
            ("\uFEFF" + whole).getBytes(StandardCharsets.UTF_16LE),
            ("\uFEFF" + whole).getBytes(StandardCharsets.UTF_16BE)
        }) {
            Path file = Files.write(folder.resolve("w.json"), bytes);
            assertThat(ResultFile.read(file).get(0).json()).isEqualTo(FAITHFUL);
        }
        Path unmarked = Files.write(folder.resolve("w.json"), whole.getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> ResultFile.read(unmarked))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("UTF-8");
        Path broken = Files.write(folder.resolve("w.json"), new byte[] {'[', '{', '"', (byte) 0xC3, (byte) 0x28});
        assertThatThrownBy(() -> ResultFile.read(broken)).isInstanceOf(BadInput.class);
    }

    @Test
    void aCompressedFileIsASentence() throws IOException {
        Path file = folder.resolve("r.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(("[" + FAITHFUL + "]").getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("r.json.gz is compressed with gzip. Unpack it");
    }

    @Test
    void thousandsOfEntriesAreRead() throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add(FAITHFUL);
        }
        assertThat(ResultFile.read(file("[" + String.join(",", many) + "]"))).hasSize(5000);
    }
}
