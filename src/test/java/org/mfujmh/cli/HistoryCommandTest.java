package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.JmhJson;

/** In which order the files are taken, and that a step of ten per cent is seen in it. */
class HistoryCommandTest {
    /** As the job of docs/guide/ci.md names them; in the order of these names the step is scattered. */
    private static final List<String> COMMITS = List.of(
            "b6589fc6ab",
            "356a192b79",
            "da4b9237ba",
            "77de68daec",
            "1b64538924",
            "ac3478d69a",
            "c1dfd96eea",
            "902ba3cda1",
            "fe5dbbcea5",
            "0ade7c2cf9",
            "b1d5781111",
            "17ba079149");

    @TempDir
    private Path folder;

    private static JmhJson run(int day) {
        return JmhJson.of("a.B.m").forks(3, day < 6 ? 1000 : 900, 0.005, day);
    }

    private static void seesTheStep(Launched history, String from, String order) {
        assertThat(history.exitCode()).as(history.err()).isZero();
        assertThat(history.out())
                .contains(order)
                .containsPattern("Worse by (9|10)\\.\\d % at " + Pattern.quote(from) + ":");
    }

    /** A step may be that of another PyTorch. Another commit is what a history is about. */
    @Test
    void whatElseDiffersFromTheRunBeforeIsNamed() throws Exception {
        for (int day = 0; day < 4; day++) {
            JmhJson.write(
                    folder.resolve("run-" + day + ".json"),
                    run(day).property("mfu.torch", day < 2 ? "2.7.1" : "2.13.0+cpu")
                            .property("mfu.commit", COMMITS.get(day)));
        }

        Launched text = Launched.here("history", folder);

        assertThat(text.out())
                .contains(
                        "Measured under other conditions than the run before:\n\n- run-2.json: PyTorch: 2.7.1 -> 2.13.0+cpu\n")
                .doesNotContain("run-1.json: ", "run-3.json: ", "commit:");
    }

    @Test
    void theTimeThatTheFilesRecordGoesFirst() throws Exception {
        for (int day = 0; day < 12; day++) {
            JmhJson.write(
                    folder.resolve("performance-" + COMMITS.get(day) + ".json"),
                    run(day).property("mfu.time", "2026-11-%02dT10:00:00Z".formatted(day + 1)));
        }
        String from = "performance-" + COMMITS.get(6) + ".json";
        Launched text = Launched.here("history", folder);
        seesTheStep(text, from, "by the recorded time");
        seesTheStep(Launched.here("history", "--format", "markdown", folder), from, "by the recorded time");
        assertThat(Launched.here("history", "--format", "csv", folder).err()).contains("by the recorded time");
        assertThat(new ObjectMapper()
                        .readTree(Launched.here("history", "--format", "json", folder)
                                .out())
                        .get(0)
                        .get("order")
                        .asText())
                .contains("by the recorded time");
    }

    @Test
    void namesAreOrderedByTheirNumbersAlsoWhereAShellListedThem() throws Exception {
        List<Object> command = new ArrayList<>(List.of("history"));
        for (int day : new int[] {0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8}) {
            command.add(JmhJson.write(folder.resolve("run-" + (day + 1) + ".json"), run(day)));
        }
        seesTheStep(Launched.here(command.toArray()), "run-7.json", "In the order of the file names");
        seesTheStep(Launched.here("history", folder), "run-7.json", "In the order of the file names");
    }

    @Test
    void filesNamedByCommitsHaveTheDatesOfTheirCommits() throws Exception {
        git("init", "-q");
        for (int day = 0; day < 12; day++) {
            git("commit", "-q", "--allow-empty", "-m", "day " + day);
            String commit = git("rev-parse", day % 2 == 0 ? "HEAD" : "--short=10", day % 2 == 0 ? "--" : "HEAD")
                    .lines()
                    .findFirst()
                    .orElseThrow();
            JmhJson.write(folder.resolve("performance-" + commit + ".json"), run(day));
        }
        String from = "performance-" + git("rev-parse", "HEAD~5").strip() + ".json";
        seesTheStep(Launched.here("history", folder), from, "by commit date");
    }

    private int seconds;

    private String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("GIT_COMMITTER_DATE", (1_790_000_000 + 3600 * seconds++) + " +0000");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }

    @Test
    void whereNothingTellsTheOrderIsTheUsersAndThatIsSaid() throws Exception {
        List<Object> command = new ArrayList<>(List.of("history"));
        for (int day = 0; day < 12; day++) {
            command.add(JmhJson.write(folder.resolve("performance-" + COMMITS.get(day) + ".json"), run(day)));
        }
        Launched given = Launched.here(command.toArray());
        seesTheStep(
                given,
                "performance-" + COMMITS.get(6) + ".json",
                "In the given order: 12 of 12 files have neither a recorded time");
        assertThat(given.out()).contains("Their names are commits: run this in their repository");
        Launched listed = Launched.here("history", folder);
        assertThat(listed.out()).contains("In the order of the file names").contains("Their names are commits");
    }

    @Test
    void theRealFilesNamedByCommitsShowTheirStepWhereTheyRecordTheirTime() throws Exception {
        Path real = Path.of("src/test/resources/org/mfujmh/compare/cases/history-sha-names");
        for (int day = 0; day < COMMITS.size(); day++) {
            String name = "performance-" + COMMITS.get(day) + ".json";
            String dated = Files.readString(real.resolve(name))
                    .replace(
                            "\"jvmArgs\": []",
                            "\"jvmArgs\": [\"-Dmfu.time=2026-11-%02dT00:00:00Z\"]".formatted(day + 1));
            assertThat(dated).contains("mfu.time");
            Files.writeString(folder.resolve(name), dated);
        }
        assertThat(Launched.here("history", real).out()).contains("No change of level");
        Launched ordered = Launched.here("history", folder);
        seesTheStep(ordered, "performance-c1dfd96eea.json", "by the recorded time");
    }
}
