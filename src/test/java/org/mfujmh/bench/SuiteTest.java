package org.mfujmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/** The suite as a user starts it: real processes, real forks, really killed. */
@EnabledOnOs(OS.LINUX)
class SuiteTest {
    private static final String[] TINY = {
        "-p", "model=gpt-tiny", "-p", "seqLen=64", "-p", "batchSize=2", "-wi", "1", "-w", "100ms", "-r", "200ms"
    };

    @TempDir
    private Path folder;

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void oneCombinationsFailureLosesNoOtherAndIsToldWithItsCause() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                "FaultyBenchmark",
                "-p",
                "fault=none,throw,abort,kill,hang,throwInSecondFork",
                "-p",
                "marker=" + folder.resolve("first-fork"),
                "-f",
                "2",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "100ms",
                "-rff",
                file.toString(),
                "--deadline",
                "8s");
        assertThat(suite.end()).isEqualTo(1);
        assertThat(ResultFile.read(file)).singleElement().satisfies(entry -> {
            assertThat(entry.params()).containsEntry("fault", "none");
            assertThat(entry.primary().rawData()).hasDimensions(2, 1);
        });
        String told = suite.err().substring(suite.err().indexOf("combinations failed"));
        assertThat(told)
                .containsPattern("fault=throw .*: .*planted: something went wrong")
                .containsPattern("fault=abort .*: .*exit code 134 \\(aborted")
                .containsPattern("fault=kill .*: .*exit code 137 \\(killed")
                .containsPattern("fault=hang .*: nothing came from its fork for 8 s")
                .containsPattern("fault=throwInSecondFork .*: .*the second fork fails")
                .contains("--resume -rff " + file);
        assertThat(suite.err()).contains("5 combinations failed");
    }

    @Test
    void theProfilersFiguresFollowFromThePrimaryScore() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder, with(TINY, "-f", "2", "-i", "2", "-rff", file.toString(), "--peak-tflops", "0.5"));
        assertThat(suite.end()).as(suite.err()).isZero();
        List<Entry> entries = ResultFile.read(file);
        assertThat(entries).hasSize(2);
        for (Entry entry : entries) {
            // gpt-tiny: M = 12 L d^2 + d V; a forward pass has 2M + 4 L d T FLOPs a token, both passes three times
            // that.
            double perToken = 2 * (12 * 2 * 64 * 64 + 64 * 256) + 4 * 2 * 64 * 64;
            double passes = entry.benchmark().endsWith("forwardBackward") ? 3 : 1;
            double[][] score = entry.primary().rawData();
            assertThat(score).hasDimensions(2, 2);
            for (int fork = 0; fork < 2; fork++) {
                for (int i = 0; i < 2; i++) {
                    double tokens = 2 * 64 * score[fork][i];
                    double tflops = tokens * passes * perToken / 1e12;
                    assertThat(value(entry, "tokens_per_s", fork, i)).isCloseTo(tokens, percent());
                    assertThat(value(entry, "model_tflops", fork, i)).isCloseTo(tflops, percent());
                    assertThat(value(entry, "mfu", fork, i)).isCloseTo(tflops / 0.5, percent());
                    assertThat(value(entry, "roofline_share", fork, i) * value(entry, "roofline_tflops", fork, i))
                            .isCloseTo(tflops, percent());
                    assertThat(value(entry, "peak_memory_bytes", fork, i)).isGreaterThan(1 << 26);
                }
            }
            assertThat(entry.secondary().keySet())
                    .contains(
                            "mfu_linear_only",
                            "mfu_causal_half",
                            "mfu_causal_exact",
                            "mfu_palm",
                            "mfu_llmc",
                            "mfu_kaplan",
                            "hfu_sdpa",
                            "hfu_full");
            assertThat(entry.params())
                    .containsEntry("device", "cpu")
                    .hasEntrySatisfying("gemm", gemm -> assertThat(gemm).isIn("native", "upcast"));
            assertThat(entry.property("mfu.schema")).contains("1");
            assertThat(entry.property("mfu.threads")).contains("1");
            assertThat(entry.property("mfu.peakTflops")).contains("0.5");
            assertThat(entry.property("mfu.torch")).isPresent();
        }
        assertThat(suite.out())
                .contains("gpt-tiny")
                .contains("forward + backward")
                .contains("0.5 TFLOP/s for bf16");
    }

    private static org.assertj.core.data.Percentage percent() {
        return org.assertj.core.data.Percentage.withPercentage(1e-6);
    }

    private static double value(Entry entry, String metric, int fork, int iteration) {
        return entry.secondary(metric).orElseThrow().rawData()[fork][iteration];
    }

    @Test
    void killedMidwayItLeavesAReadableFileAndResumeCompletesIt() throws Exception {
        Path file = folder.resolve("r.json");
        String[] run = with(TINY, "-f", "2", "-i", "1", "-rff", file.toString());
        RunningSuite killed = RunningSuite.start(folder, run);
        RunningSuite.await(() -> Files.exists(file));
        ProcessHandle fork = killed.fork();
        killed.handle().destroyForcibly();
        RunningSuite.await(() -> !fork.isAlive());
        List<Entry> saved = ResultFile.read(file);
        assertThat(saved).hasSize(1);

        RunningSuite resumed = RunningSuite.start(folder, with(run, "--resume"));
        assertThat(resumed.end()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("done before, kept");
        List<Entry> all = ResultFile.read(file);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).json()).isEqualTo(saved.get(0).json());

        RunningSuite otherwise = RunningSuite.start(folder, with(run, "--resume", "--peak-tflops", "7"));
        assertThat(otherwise.end()).isEqualTo(2);
        assertThat(otherwise.err()).contains("measured otherwise").contains("mfu.peakTflops");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "KILL"})
    void noForkOutlivesTheSuite(String signal) throws Exception {
        RunningSuite suite =
                RunningSuite.start(folder, with(TINY, "-f", "1", "-i", "1", "-r", "60s", "ForwardBenchmark.forward"));
        ProcessHandle fork = suite.fork();
        Thread.sleep(2000); // the watch in the fork starts with its state
        send(signal, suite.handle());
        RunningSuite.await(() -> !suite.handle().isAlive() && !fork.isAlive());
    }

    @Test
    void nothingOutlivesMavenAlone() throws Exception {
        List<String> suiteCommand =
                RunningSuite.command(folder, with(TINY, "-f", "1", "-i", "1", "-r", "60s", "ForwardBenchmark.forward"));
        suiteCommand.add(1, "-Dmfu.exitWithParent=true");
        // A shell that waits stands for Maven: it starts the suite and is killed alone.
        List<String> maven = new ArrayList<>(List.of("sh", "-c", "\"$@\"; exit 0", "maven"));
        maven.addAll(suiteCommand);
        RunningSuite outer = RunningSuite.start(folder, maven);
        ProcessHandle fork = outer.fork();
        List<ProcessHandle> all = outer.handle().descendants().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        Thread.sleep(2000);
        outer.handle().destroyForcibly();
        RunningSuite.await(() -> !fork.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static void send(String signal, ProcessHandle to) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(to.pid()))
                .start()
                .waitFor();
    }

    @Test
    void aSecondSuiteSaysThatItWaits() throws Exception {
        String[] run = {"FaultyBenchmark", "-f", "1", "-wi", "0", "-i", "1", "-r", "4s", "-rff"};
        RunningSuite first = RunningSuite.start(folder, with(run, "1.json"));
        first.fork();
        RunningSuite second = RunningSuite.start(folder, with(run, "2.json"));
        assertThat(second.end()).as(second.err()).isZero();
        assertThat(second.err())
                .contains("Waiting: another benchmark")
                .contains("process " + first.handle().pid());
        assertThat(first.end()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p model=gpt-huge           | gpt-huge   | gpt-small",
                "-p batchSize=0              | \"0\"      | 1 or more",
                "-p batchSize=many           | many       | whole number",
                "-p seqLen=0                 | \"0\"      | 1 or more",
                "-p seqLen=1025              | 1025       | 1 to 1024",
                "-p dtype=fp8                | fp8        | bf16",
                "-p program=eager            | eager      | notebook",
                "-p device=cuda:0            | cuda:0     | -Dgpu",
                "-p device=tpu               | tpu        | cuda:N",
                "-p nosuch=1                 | nosuch     | batchSize",
                "-f 0                        | -f 0       | -f 1",
                "-t 2                        | -t 2       | OMP_NUM_THREADS",
                "-i 0                        | -i 0       | -i 1",
                "-rf csv                     | csv        | JSON",
                "-rff plain/r.json           | plain      | -rff",
                "--resume                    | --resume   | -rff",
                "--resume -rff plain         | plain      | JSON",
                "--deadline soon             | soon       | 30m",
                "--convention exat           | exat       | exact",
                "--peak-tflops -1            | -1         | above 0",
                "NoSuchBenchmark             | NoSuchB    | ForwardBenchmark"
            })
    void badInputIsOneSentenceBeforeAnyFork(String arguments, String asked, String possible) throws Exception {
        Files.writeString(folder.resolve("plain"), "[{\"benchmark\": \"cut off");
        RunningSuite suite = RunningSuite.start(folder, arguments.strip().split(" +", -1));
        assertThat(suite.end()).isEqualTo(2);
        assertThat(suite.out()).isEmpty();
        assertThat(suite.err())
                .contains(asked)
                .contains(possible)
                .doesNotContain("\tat ")
                .doesNotContain("fork 1");
    }

    @Test
    void everyBenchmarkRuns() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                "GemmBenchmark",
                "OverheadBenchmark",
                "-p",
                "model=gpt-tiny",
                "-p",
                "seqLen=64",
                "-p",
                "layer=attention.qkv,head",
                "-f",
                "1",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "50ms",
                "-rff",
                file.toString());
        assertThat(suite.end()).as(suite.err()).isZero();
        assertThat(ResultFile.read(file)).hasSize(7).allSatisfy(entry -> {
            assertThat(entry.primary().score()).isPositive();
            assertThat(entry.secondary("tokens_per_s").orElseThrow().rawData()[0][0])
                    .isNaN();
        });
    }
}
