package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * No command in the README, the docs or the recipes can rot unseen: the launcher takes each as it stands there, and
 * documented_commands.csv says for each who runs it, or why nobody does.
 */
class DocumentedCommandsTest {
    private static final Pattern INLINE = Pattern.compile("`(\\./mfu [^`]+)`");
    private static final Pattern COMMAND =
            Pattern.compile("(?:[A-Z_]+=\\S+ )*((?:\\./mfu|mvn|scripts/|bash |\\.ci/).*)");

    /** A command, and where it stands. */
    record Documented(String text, Path file, int line) {
        @Override
        public String toString() {
            return file + ":" + line + " " + text;
        }
    }

    static List<Documented> commands() throws IOException {
        List<Documented> commands = new ArrayList<>();
        for (Path file : documents()) {
            List<String> lines = Files.readAllLines(file);
            boolean fenced = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                while (line.endsWith(" \\") && i + 1 < lines.size()) {
                    i++;
                    line = line.substring(0, line.length() - 1) + lines.get(i).strip();
                }
                if (line.startsWith("```")) {
                    fenced = !fenced;
                } else if (fenced) {
                    Matcher command = COMMAND.matcher(line.replaceFirst("^(- run: |- |\\$ )", ""));
                    if (command.matches()) {
                        commands.add(new Documented(withoutRest(command.group(1)), file, i + 1));
                    }
                } else {
                    Matcher inline = INLINE.matcher(line);
                    while (inline.find()) {
                        commands.add(new Documented(withoutRest(inline.group(1)), file, i + 1));
                    }
                }
            }
        }
        return commands;
    }

    private static List<Path> documents() throws IOException {
        // Lab notes tell what was run on a day, and are not brought up to date.
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md"))
                                    .filter(file -> !file.startsWith(Path.of("docs", "lab"))))
                    .sorted()
                    .toList();
        }
    }

    /** The command itself: no comment, pipe, redirection or second command after it. */
    private static String withoutRest(String line) {
        return line.replaceFirst("\\s+(#|\\||>|>>|&&|2>).*$", "").strip();
    }

    static Stream<Documented> ours() throws IOException {
        return commands().stream().filter(command -> command.text.startsWith("./mfu"));
    }

    @ParameterizedTest
    @MethodSource("ours")
    void theLauncherTakesIt(Documented command) {
        List<String> words = words(command.text.substring("./mfu".length()));
        // "..." and capitals stand for what the reader fills in, which no option would take as it is.
        assertThat(parsed(words)).as(command.toString()).isEmpty();
    }

    /** What picocli has against a command line; empty where it takes it. */
    private static String parsed(List<String> words) {
        try {
            CommandLine line = Mfu.commandLine();
            line.parseArgs(words.stream().filter(word -> !word.equals("...")).toArray(String[]::new));
            return "";
        } catch (CommandLine.MissingParameterException fragment) {
            // `./mfu compare` in a sentence names the command; its files are elsewhere.
            return "";
        } catch (CommandLine.ParameterException problem) {
            return problem.getMessage();
        }
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)").matcher(line);
        while (word.find()) {
            words.add(Stream.of(word.group(1), word.group(2), word.group(3))
                    .filter(part -> part != null)
                    .findFirst()
                    .orElseThrow());
        }
        return words;
    }

    static List<CSVRecord> runners() throws IOException {
        try (InputStream csv = DocumentedCommandsTest.class.getResourceAsStream("documented_commands.csv")) {
            return CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(new InputStreamReader(csv, StandardCharsets.UTF_8))
                    .getRecords();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void somebodyRunsItOrItIsSaidWhyNot(Documented command) throws IOException {
        assertThat(runners())
                .as("a row of documented_commands.csv for %s", command)
                .anyMatch(row -> command.text.matches(row.get("command")));
    }

    @Test
    void whoRunsIsThereAndDoes() throws IOException {
        String ci = Files.readString(Path.of(".ci/run"));
        List<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString()).toList();
        }
        for (CSVRecord row : runners()) {
            for (String runner : row.get("run_by").split(" ", -1)) {
                switch (runner) {
                    case ".ci/run" -> assertThat(ci).as(row.toString()).contains(row.get("as"));
                    case "nobody" ->
                        assertThat(row.get("why")).as(row.toString()).isNotBlank();
                    default -> assertThat(tests).as(row.toString()).contains(runner + ".java");
                }
            }
        }
    }

    @Test
    void noRowIsLeftOver() throws IOException {
        List<Documented> commands = commands();
        for (CSVRecord row : runners()) {
            assertThat(commands)
                    .as(Arrays.toString(row.values()))
                    .anyMatch(command -> command.text.matches(row.get("command")));
        }
    }
}
