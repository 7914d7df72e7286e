package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.results.JmhJson;
import org.w3c.dom.Element;

/** The gate end to end: every verdict and exit code as a process, every format, every bad file. */
class CheckCommandTest {
    private static final double[] HUNDRED = {99.2, 99.6, 99.8, 100, 100, 100.1, 100.3, 100.4, 100.6, 100.8};
    private static final double[] SLOWER = {94.6, 94.9, 95, 95.1, 95.3};
    private static final double[] ALIKE = {99.5, 99.9, 100, 100.2, 100.4};
    private static final double[] FASTER = {105.1, 105.3, 105.4, 105.6, 106};
    private static final double[] NOISY = {82, 93, 98, 109, 121};

    @TempDir
    private Path folder;

    private static JmhJson run(String name) {
        return JmhJson.of("org.example.Some." + name);
    }

    private Path file(String name, JmhJson... entries) {
        return JmhJson.write(folder.resolve(name), entries);
    }

    /** A second measurement that is alike on both sides: what is judged is never alone. */
    private JmhJson steady() {
        return run("steady").forks(ALIKE);
    }

    private Path after(String verdict) {
        JmhJson one =
                switch (verdict) {
                    case "REGRESSED" -> run("one").forks(SLOWER);
                    case "IMPROVED" -> run("one").forks(FASTER);
                    case "SAME" -> run("one").forks(ALIKE);
                    case "INCONCLUSIVE" -> run("one").forks(NOISY);
                    case "FAILED" -> run("one").forks(ALIKE).asked(10);
                    case "INCOMPARABLE" -> run("one").forks(ALIKE).threads(4);
                    case "NEW" -> run("another").forks(ALIKE);
                    default -> throw new IllegalArgumentException(verdict);
                };
        return file("after.json", steady(), one);
    }

    @ParameterizedTest
    @CsvSource({
        "REGRESSED, 1, 1",
        "FAILED, 1, 1",
        "INCONCLUSIVE, 0, 3",
        "INCOMPARABLE, 0, 3",
        "IMPROVED, 0, 0",
        "SAME, 0, 0",
    })
    void everyVerdictHasItsExitCode(String verdict, int exitCode, int strict) throws Exception {
        Path before = file("before.json", steady(), run("one").forks(HUNDRED));
        Launched plain = Launched.mfu(folder, "check", "--baseline", before, after(verdict));
        assertThat(plain.out()).contains(verdict);
        assertThat(plain.exitCode()).as(plain.out()).isEqualTo(exitCode);
        assertThat(plain.err()).isEmpty();
        Object[] strictly = {"check", "--strict", "--baseline", before, after(verdict)};
        Launched demanding = strict == exitCode ? Launched.here(strictly) : Launched.mfu(folder, strictly);
        assertThat(demanding.exitCode()).as(demanding.out()).isEqualTo(strict);
    }

    /** CSV has rows only, so what concerns all of them goes to standard error. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "markdown", "json", "csv", "junit", "github"})
    void everyFormatWarnsOfMissingBesideNew(String format) throws Exception {
        Path before = file("before.json", steady(), run("one").param("n", "1").forks(HUNDRED));
        Path after = file("after.json", steady(), run("quite").param("m", "2").forks(HUNDRED));

        Launched result = Launched.here("check", "--format", format, "--baseline", before, after);

        assertThat(result.exitCode()).isZero();
        assertThat(result.out() + result.err())
                .contains("1 measurement is missing and 1 is new")
                .doesNotContain("renamed:");
        assertThat(result.out()).contains("MISSING", "NEW");
    }

    @Test
    void whatIsOnlyOnOneSideIsMissingOrNew() throws Exception {
        Path before = file("before.json", steady(), run("one").forks(HUNDRED));
        Launched plain = Launched.here("check", "--baseline", before, after("NEW"));
        assertThat(plain.out()).contains("MISSING").contains("NEW");
        assertThat(plain.exitCode()).isZero();
        assertThat(Launched.here("check", "--strict", "--baseline", before, after("NEW"))
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void whereNothingCouldBeComparedItIsNeverGreen() throws Exception {
        Path before = file("before.json", run("one").forks(HUNDRED));
        Path after = file("after.json", run("other").forks(ALIKE));
        Launched result = Launched.here("check", "--baseline", before, after);
        assertThat(result.sentence()).contains("nothing could be compared");
        assertThat(Launched.here("check", after).sentence())
                .contains("no baseline")
                .contains("--baseline FILE");
    }

    @ParameterizedTest
    @CsvSource({
        "gate-score-falls-to-zero/fall_a.json, gate-score-falls-to-zero/fall_b.json, score, 1, 1 REGRESSED, worse",
        "gate-near-zero-noise/near_a.json, gate-near-zero-noise/near_b.json, 'score,gc.alloc.rate.norm', 0, 2 SAME,"
                + " a change below 1 B/op is ignored",
        "gate-unit-changed/unit_a.json, gate-unit-changed/unit_b.json, score, 1, 1 REGRESSED, 9.8 % worse",
        "gate-unit-changed/unit2_a.json, gate-unit-changed/unit2_b.json, score, 1, 1 REGRESSED, 20.2 % worse",
        "gate-single-fork/f1_a.json, gate-single-fork/f1_b.json, score, 0, 1 INCONCLUSIVE, a verdict needs at least"
                + " 3 per side",
        "locale-posix-metric/gc0_a.json, locale-posix-metric/gc0_b.json, ·gc.alloc.rate.norm, 1, 1 REGRESSED, from"
                + " or to zero",
        "locale-posix-metric/gc0_a.json, locale-posix-metric/gc0_b.json, ??gc.alloc.rate.norm, 1, 1 REGRESSED, from"
                + " or to zero",
    })
    void realFilesGetWhatTheyAreWorth(
            String before, String after, String metric, int exitCode, String counts, String reason) throws Exception {
        Launched result = Launched.here("check", "--baseline", real(before), real(after), "--metric", metric);
        assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(exitCode);
        assertThat(result.out()).contains(counts).contains(reason);
    }

    private static Path real(String name) {
        return Path.of("src/test/resources/org/mfujmh/compare/cases", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "markdown", "json", "csv", "junit", "github"})
    void everyFormatSaysWhatWasProbablyRenamed(String format) throws Exception {
        for (List<String> files :
                List.of(List.of("ren2_a.json", "ren2_b.json", "0"), List.of("par_a.json", "par2_b.json", "2"))) {
            Launched result = Launched.here(
                    "check",
                    "--format",
                    format,
                    "--baseline",
                    real("gate-renamed/" + files.get(0)),
                    real("gate-renamed/" + files.get(1)));
            assertThat(result.exitCode()).isEqualTo(Integer.parseInt(files.get(2)));
            assertThat(result.out()).contains("probably renamed");
        }
    }

    @Test
    void jsonIsWhatDesignPromises() throws Exception {
        Path before =
                file("before.json", steady(), run("one").param("size", "1").forks(HUNDRED));
        Path after = file("after.json", steady(), run("one").param("size", "1").forks(SLOWER));
        Launched result = Launched.here("check", "--format", "json", "--baseline", before, after);
        JsonNode value = new ObjectMapper().readTree(result.out());
        assertThat(value.get("verdict").asText()).isEqualTo("REGRESSED");
        JsonNode one = value.get("measurements").get(1);
        assertThat(one.get("benchmark").asText()).isEqualTo("org.example.Some.one");
        assertThat(one.get("params").get("size").asText()).isEqualTo("1");
        assertThat(one.get("metric").asText()).isEqualTo("score");
        assertThat(one.get("baseline").asDouble()).isCloseTo(100.08, within(1e-9));
        assertThat(one.get("current").asDouble()).isCloseTo(94.98, within(1e-9));
        assertThat(one.get("ratio").asDouble()).isBetween(0.948, 0.950);
        assertThat(one.get("low").asDouble()).isLessThan(one.get("ratio").asDouble());
        assertThat(one.get("high").asDouble()).isLessThan(1);
        assertThat(one.get("verdict").asText()).isEqualTo("REGRESSED");
        assertThat(one.get("reason").asText()).contains("5.1 % worse");
    }

    @Test
    void junitIsXmlWithAFailureForARegression() throws Exception {
        Path before = file(
                "before.json",
                steady(),
                run("one").forks(HUNDRED),
                run("two<&>\"'").forks(HUNDRED));
        Path after = file(
                "after.json",
                steady(),
                run("one").forks(SLOWER),
                run("two<&>\"'").forks(ALIKE).asked(9));
        Launched result = Launched.here("check", "--format", "junit", "--baseline", before, after);
        assertThat(result.exitCode()).isEqualTo(1);
        Element suite = testSuite(result);
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    }

    private static Element testSuite(Launched result) throws Exception {
        return (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(result.out().getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("testsuite")
                .item(0);
    }

    /** Skipped test cases alone are green in CI, and the exit code is 2. */
    @Test
    void junitHasAnErrorWhereNothingCouldBeCompared() throws Exception {
        Path before = file("before.json", run("one").forks(HUNDRED));
        Path after = file(
                "after.json", run("one").forks(ALIKE).threads(4), run("another").forks(ALIKE));
        Launched result = Launched.here("check", "--format", "junit", "--baseline", before, after);
        assertThat(result.exitCode()).isEqualTo(2);
        Element suite = testSuite(result);
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("2");
        Element error = (Element) suite.getElementsByTagName("error").item(0);
        assertThat(error.getAttribute("message")).contains("INCOMPARABLE");
        assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    }

    @Test
    void githubGetsAnnotationsAndTheSummary() throws Exception {
        Path before = file("before.json", steady(), run("one").forks(HUNDRED));
        Path summary = folder.resolve("summary.md");
        Launched result = Launched.mfu(
                folder,
                Map.of("GITHUB_STEP_SUMMARY", summary.toString()),
                List.of(),
                "check",
                "--format",
                "github",
                "--baseline",
                before,
                after("REGRESSED"));
        assertThat(result.out().lines())
                .anySatisfy(line -> assertThat(line).startsWith("::error title=REGRESSED Some.one"))
                .allSatisfy(line -> assertThat(line).startsWith("::"));
        assertThat(Files.readString(summary))
                .contains("## Performance gate: REGRESSED")
                .contains("| Some.one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"markdown", "csv", "text"})
    void noHostileNameGetsOutOfItsCell(String format) throws Exception {
        String hostile = "=cmd|' /C calc'!A0\u001b[31m<script>alert(1)</script>::error::\r\n|x|\u202e";
        Path before = file(
                "before.json", steady(), run(hostile).param(hostile, hostile).forks(HUNDRED));
        Path after = file(
                "after.json", steady(), run(hostile).param(hostile, hostile).forks(SLOWER));
        Launched result = Launched.here("check", "--format", format, "--baseline", before, after);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .doesNotContain("\u001b")
                .doesNotContain("\u202e")
                .doesNotContain("\n::error");
        if (format.equals("markdown")) {
            assertThat(result.out()).doesNotContain("<script>");
        }
        if (format.equals("csv")) {
            assertThat(result.out().lines()).noneMatch(line -> line.startsWith("=") || line.contains(",=cmd"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json at all",
                "",
                "[]",
                "{\"benchmark\": \"a\"}",
                "[{\"benchmark\": \"a\", \"mode\": \"thrpt\"}]",
                "[{\"benchmark\": \"a\", \"mode\": \"thrpt\", \"primaryMetric\": {\"score\": 1, \"rawData\": [[1",
                "[{\"benchmark\": \"a\", \"mode\": \"thrpt\", \"primaryMetric\": {\"score\": {}, \"scoreUnit\":"
                        + " \"ops/s\","
                        + " \"rawData\": [[1]]}}]",
                "[[[[[[[[[[[[[[[[[[[[",
            })
    void whatIsNoResultFileIsASentenceWithItsName(String content) throws Exception {
        Path before = file("before.json", steady());
        Path bad = Files.writeString(folder.resolve("bad.json"), content);
        assertThat(Launched.here("check", "--baseline", before, bad).sentence()).contains("bad.json");
        assertThat(Launched.here("check", "--baseline", bad, before).sentence()).contains("bad.json");
    }

    @Test
    void numbersThatAreNoneFailTheRunAndNotTheCommand() throws Exception {
        Path before = file("before.json", steady(), run("one").forks(HUNDRED));
        String nan = run("one").forks(Double.NaN, 1, 2).json();
        String nulls = nan.replace("\"NaN\"", "null").replace("Some.one", "Some.two");
        Path after =
                Files.writeString(folder.resolve("after.json"), "[" + steady().json() + "," + nan + "," + nulls + "]");
        Launched result = Launched.here("check", "--baseline", before, after);
        assertThat(result.exitCode()).as(result.err()).isIn(1, 2);
        assertThat(result.err() + result.out()).doesNotContain("\tat ").contains("Some.");
    }

    @Test
    void aMeasurementTwiceAndMixedUnitsAreSaid() throws Exception {
        Path before = file("before.json", steady(), run("one").forks(HUNDRED));
        Path twice = file("twice.json", run("one").forks(ALIKE), run("one").forks(SLOWER));
        assertThat(Launched.here("check", "--baseline", before, twice).sentence())
                .contains("twice.json, entry 2")
                .contains("measures the same as");
        Path units = file(
                "units.json", steady(), run("one").mode("thrpt", "furlongs/s").forks(ALIKE));
        assertThat(Launched.here("check", "--baseline", before, units).out())
                .contains("INCOMPARABLE")
                .contains("unit: ops/s -> furlongs/s");
    }

    @Test
    void thousandsOfEntriesAreJudgedTogether() throws Exception {
        List<JmhJson> before = new ArrayList<>();
        List<JmhJson> after = new ArrayList<>();
        IntStream.range(0, 3000).forEach(i -> {
            before.add(run("one").param("i", "" + i).forks(HUNDRED));
            after.add(run("one").param("i", "" + i).forks(ALIKE));
        });
        Launched result = Launched.here(
                "check",
                "--baseline",
                file("before.json", before.toArray(JmhJson[]::new)),
                file("after.json", after.toArray(JmhJson[]::new)));
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("3000 SAME");
    }

    @Test
    void aFileLargerThanTheHeapIsASentence() throws Exception {
        Path before = file("before.json", steady());
        String numbers =
                IntStream.range(0, 2_000_000).mapToObj(i -> "1.2345678").collect(Collectors.joining(","));
        Path large = Files.writeString(
                folder.resolve("large.json"),
                "[{\"benchmark\": \"a\", \"mode\": \"thrpt\", \"primaryMetric\": {\"score\": 1, \"scoreUnit\":"
                        + " \"ops/s\","
                        + " \"rawData\": [[" + numbers + "]]}}]");
        Launched result = Launched.mfu(folder, Map.of(), List.of("-Xmx24m"), "check", "--baseline", before, large);
        assertThat(result.sentence()).contains("large.json").contains("-Xmx");
    }

    @ParameterizedTest
    @CsvSource({
        "--threshold, lots, is not a threshold",
        "--threshold, 0, 0",
        "--alpha, 2, alpha",
        "--floor, lots, is not a valid floor",
        "--metric, speed, Available: score",
    })
    void impossibleQuestionsAreSentences(String option, String value, String sentence)
            throws IOException, InterruptedException {
        Path before = file("before.json", steady());
        assertThat(Launched.here("check", option, value, "--baseline", before, before)
                        .sentence())
                .contains(sentence);
    }
}
