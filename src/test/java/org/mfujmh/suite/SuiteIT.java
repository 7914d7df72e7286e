package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.Signals;
import org.mfujmh.check.GpuCheck;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/** The suite as a user starts it: real processes, real forks, really killed. */
@EnabledOnOs(OS.LINUX)
class SuiteIT {
    private static final String[] TINY = {
        "-p", "model=gpt-tiny", "-p", "seqLen=64", "-p", "batchSize=2", "-wi", "1", "-w", "100ms"
    };

    @TempDir
    private Path folder;

    private static String[] words(String line) {
        return line.split(" +", -1);
    }

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
                words("FaultyBenchmark -f 2 -wi 1 -w 50ms -i 1 -r 50ms --deadline 6s"
                        + " -p fault=none,throw,throwInSecondFork,libtorchsMemory,javasMemory,abort,kill,hang,hangInSecondFork"
                        + " -p marker=" + folder.resolve("was-here-") + " -rff " + file));
        assertThat(suite.end()).isEqualTo(1);
        assertThat(ResultFile.read(file)).singleElement().satisfies(entry -> {
            assertThat(entry.params()).containsEntry("fault", "none");
            assertThat(entry.primary().rawData()).hasDimensions(2, 1);
        });
        assertThat(suite.err()).contains("8 combinations failed");
        String told = suite.err().substring(suite.err().indexOf("combinations failed"));
        assertThat(told)
                .containsPattern("fault=throw .*: .*planted: something went wrong")
                .containsPattern("fault=throwInSecondFork .*: .*the second fork fails")
                .containsPattern("fault=libtorchsMemory .*: out of memory \\(an allocation of 131072.0 GiB\\)")
                .containsPattern("fault=javasMemory .*: out of memory.*OutOfMemoryError")
                .containsPattern("fault=abort .*: .*exit code 134 \\(aborted: SIGABRT\\).*terminate called")
                .containsPattern("fault=kill .*: .*exit code 137 \\(killed")
                .containsPattern("fault=hang .*: its fork made no progress for 6 s")
                .containsPattern("fault=hangInSecondFork .*: its fork made no progress for 6 s")
                .contains("./mfu bench --resume -rff " + file + " FaultyBenchmark -f 2");
    }

    @Test
    void theProfilersFiguresFollowFromThePrimaryScore() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder, with(TINY, words("-f 2 -i 2 -r 100ms --peak-tflops 0.5 Forward -rff " + file)));
        assertThat(suite.end()).as(suite.err()).isZero();
        List<Entry> entries = ResultFile.read(file);
        assertThat(entries)
                .extracting(Entry::benchmark)
                .extracting(name -> name.substring(name.lastIndexOf('.') + 1))
                .containsExactlyInAnyOrder("forward", "forwardBackward", "recordingForward");
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
                .contains("0.5 TFLOP/s for bf16")
                .contains("forward, recording");
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
        String[] run = with(TINY, words("-f 2 -i 1 -r 100ms -rff " + file));
        RunningSuite killed = RunningSuite.start(folder, run);
        RunningSuite.await(() -> Files.exists(file));
        ProcessHandle fork = killed.fork();
        killed.handle().destroyForcibly();
        RunningSuite.await(() -> !fork.isAlive());
        List<Entry> saved = ResultFile.read(file);
        assertThat(saved).hasSize(1);

        RunningSuite resumed = RunningSuite.start(folder, with(run, "--resume"));
        assertThat(resumed.end()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("already done, kept");
        List<Entry> all = ResultFile.read(file);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).json()).isEqualTo(saved.get(0).json());

        RunningSuite otherwise = RunningSuite.start(folder, with(run, "--resume", "--peak-tflops", "7"));
        assertThat(otherwise.end()).isEqualTo(2);
        assertThat(otherwise.err())
                .contains("measured under different conditions")
                .contains("mfu.peakTflops");
        RunningSuite oftener =
                RunningSuite.start(folder, with(TINY, words("-f 2 -i 3 -r 100ms --resume -rff " + file)));
        assertThat(oftener.end()).isEqualTo(2);
        assertThat(oftener.err())
                .contains("measured under different conditions")
                .contains("-i was 1 and is now 3");
    }

    /** FaultyBenchmark's forks do not watch their parent: what ends them is the suite. */
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void stoppedItSaysWhatIsDoneAndTheCommandThatGoesOn(String signal) throws Exception {
        assumeFalse(signal.equals("INT") && interruptsAreIgnored());
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                words("FaultyBenchmark -f 1 -wi 0 -i 1 -r 50ms -p fault=none,hangAtFirst -p marker="
                        + folder.resolve("was-here-") + " -rff " + file));
        RunningSuite.await(() -> Files.exists(folder.resolve("was-here-hangAtFirst")));
        ProcessHandle fork = suite.fork();
        send(signal, suite.handle());
        RunningSuite.await(() -> !suite.handle().isAlive() && !fork.isAlive());
        assertThat(suite.err())
                .contains("Stopped: 1 of 2 combinations done; the results are in " + file)
                .doesNotContain("FAILED");
        assertThat(ResultFile.read(file)).hasSize(1);
        String command = suite.err()
                .lines()
                .filter(line -> line.startsWith("To resume: ./mfu bench "))
                .findFirst()
                .orElseThrow();
        RunningSuite resumed = RunningSuite.start(folder, words(command.replace("To resume: ./mfu bench ", "")));
        assertThat(resumed.end()).as(resumed.err()).isZero();
        assertThat(ResultFile.read(file)).hasSize(2);
    }

    /** The suite is suspended while its only fork ends, so that the signal is there before the result. */
    @Test
    void aForkThatHasEndedWhenTheSignalComesCounts() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                words("FaultyBenchmark -f 1 -wi 0 -i 1 -r 1s -p fault=throwInSecondFork,hangAtFirst -p marker="
                        + folder.resolve("was-here-") + " -rff " + file));
        ProcessHandle fork = suite.fork();
        RunningSuite.await(() -> Files.exists(folder.resolve("was-here-throwInSecondFork")));
        send("STOP", suite.handle());
        RunningSuite.await(() -> hasEnded(fork));
        send("TERM", suite.handle());
        send("CONT", suite.handle());
        assertThat(suite.end()).isEqualTo(143);
        assertThat(suite.err()).contains("Stopped: 1 of 2 combinations done; the results are in " + file);
        assertThat(ResultFile.read(file)).hasSize(1);
    }

    /** Whether a process is a zombie: its parent has not asked for its exit code yet. */
    private static boolean hasEnded(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/stat")).contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }

    @Test
    void noForkOutlivesAKilledSuite() throws Exception {
        RunningSuite suite =
                RunningSuite.start(folder, with(TINY, words("-f 1 -i 1 -r 600s ForwardBenchmark.forward")));
        ProcessHandle fork = suite.fork();
        Thread.sleep(2000); // the watch in the fork starts with its state
        send("KILL", suite.handle());
        RunningSuite.await(() -> !suite.handle().isAlive() && !fork.isAlive());
    }

    @Test
    void nothingOutlivesMavenAlone() throws Exception {
        List<String> suiteCommand =
                RunningSuite.command(folder, with(TINY, words("-f 1 -i 1 -r 600s ForwardBenchmark.forward")));
        suiteCommand.add(1, "-Dmfu.exitWithParent=true");
        // A shell that waits stands for Maven: it starts the suite and is killed alone. Nobody waits for it, so that it
        // stays as a zombie, which is a process still to those that only ask for that.
        List<String> maven = new ArrayList<>(
                List.of("sh", "-c", "sh -c '\"$@\"; exit 0' maven \"$@\" & exec sleep 600", "whoever starts Maven"));
        maven.addAll(suiteCommand);
        RunningSuite outer = RunningSuite.start(folder, maven);
        ProcessHandle fork = outer.fork();
        ProcessHandle shell = outer.handle().children().findFirst().orElseThrow();
        List<ProcessHandle> all = shell.descendants().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        Thread.sleep(2000);
        shell.destroyForcibly();
        RunningSuite.await(() -> !fork.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(shell.isAlive()).as("the zombie").isTrue();
        outer.handle().destroyForcibly();
    }

    /** A shell starts what it puts into the background so, and every process from there on inherits it. */
    private static boolean interruptsAreIgnored() throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.replaceAll("SigIgn:\\s+", ""), 16) & 0b10) != 0;
    }

    private static void send(String signal, ProcessHandle to) throws IOException, InterruptedException {
        Signals.send(signal, to.pid());
    }

    @Test
    void aSecondSuiteSaysThatItWaitsAndKeepsWhatTheFirstHasWrittenMeanwhile() throws Exception {
        Path file = folder.resolve("r.json");
        String[] run = words("FaultyBenchmark -f 1 -wi 0 -i 1 -r 3s --resume -rff " + file + " -p marker="
                + folder.resolve("was-here-"));
        RunningSuite first = RunningSuite.start(folder, with(run, "-p", "fault=none"));
        first.fork();
        RunningSuite second = RunningSuite.start(folder, with(run, "-p", "fault=none,throwInSecondFork"));
        assertThat(second.end()).as(second.err()).isZero();
        assertThat(second.err())
                .contains("Waiting: another benchmark")
                .contains("process " + first.handle().pid())
                .containsPattern("\\[1/2] .*fault=none.*: already done, kept");
        assertThat(first.end()).isZero();
        assertThat(ResultFile.read(file))
                .extracting(entry -> entry.params().get("fault"))
                .containsExactly("none", "throwInSecondFork");
    }

    /** DJL itself would fall back to the CPU without a word. */
    @Test
    void aGpuThatThisLibtorchCannotUseIsRefusedAndWhereNoneWasNamedItIsTold() throws Exception {
        Path smi = Files.writeString(folder.resolve("nvidia-smi"), """
                #!/bin/sh
                case "$*" in
                --query-gpu=*) echo '0, NVIDIA L40S, GPU-5d5b, 550.54.15, 46068, 4, 2520, 210, 9001, 405, 350.00, Disabled';;
                esac
                """);
        assertThat(smi.toFile().setExecutable(true)).isTrue();
        Map<String, String> withGpu = Map.of("PATH", folder + ":" + System.getenv("PATH"));

        RunningSuite named = RunningSuite.start(folder, withGpu, words("-p device=cuda:0"));
        RunningSuite unlisted = RunningSuite.start(folder, Map.of(), words("-p device=cuda:0"));
        RunningSuite unnamed = RunningSuite.start(folder, withGpu, words("FaultyBenchmark -f 1 -wi 0 -i 1 -r 50ms"));
        assertThat(named.end()).isEqualTo(2);
        assertThat(named.err())
                .contains("Device cuda:0 was requested, but libtorch")
                .contains("a CPU build, cannot use it", "--torch auto")
                .contains("-Dgpu")
                .doesNotContain("\tat ")
                .doesNotContain("fork 1");
        assertThat(unlisted.end()).as(unlisted.err()).isEqualTo(2);
        assertThat(unlisted.err())
                .as("nvidia-smi lists no GPU")
                .contains("Device cuda:0 was requested, but libtorch")
                .doesNotContain("\tat ");
        assertThat(unnamed.end()).as(unnamed.err()).isZero();
        assertThat(unnamed.err())
                .contains("this machine has an NVIDIA L40S, but")
                .contains("-Dgpu");
    }

    /** As with -Dgpu on a machine whose driver is there and whose CUDA runtime is not. */
    @Test
    void aCudaBuildThatDjlPassesOverIsToldAndNotReplacedFromTheNetwork() throws Exception {
        Path natives = Files.createDirectories(folder.resolve("classes/native/lib"));
        Files.writeString(
                natives.resolve("pytorch.properties"),
                "version=2.7.1-20250812\nclassifier=cu124-linux-x86_64\nlibraries=libtorch.so\n");
        // Surefire's own class path is one jar that names the others.
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String classPath = Stream.of(whole.split(":", -1))
                .filter(entry -> !entry.contains("pytorch-native"))
                .collect(Collectors.joining(":", folder.resolve("classes") + ":", ""));
        RunningSuite suite = RunningSuite.start(
                folder,
                Map.of("DJL_CACHE_DIR", folder.resolve("cache").toString()),
                classPath,
                with(TINY, words("-f 1 -i 1")));
        assertThat(suite.end()).isEqualTo(2);
        assertThat(suite.err())
                .contains("libtorch cannot be loaded")
                .contains("libcudart")
                .contains("MFU_JAVA_OPTS=-Djna.library.path=FOLDER")
                .contains("docs/guide/gpu.md");

        RunningSuite check = RunningSuite.start(
                folder,
                List.of(
                        "env",
                        "DJL_CACHE_DIR=" + folder.resolve("cache"),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        GpuCheck.class.getName(),
                        "cuda:0",
                        "gpt-tiny"));
        assertThat(check.end()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("FAILED  engine")
                .contains("libtorch cannot be loaded: ")
                .contains("libcudart");
        assertThat(check.out().lines()).hasSize(1);
    }

    @Test
    void thePartsOfAPassAndTheEmptyCallRunWhenNamed() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = RunningSuite.start(
                folder,
                words("GemmBenchmark OverheadBenchmark -p model=gpt-tiny -p seqLen=64 -p layer=attention.qkv,head"
                        + " -p product=dx -f 1 -wi 0 -i 1 -r 50ms -rff " + file));
        assertThat(suite.end()).as(suite.err()).isZero();
        assertThat(ResultFile.read(file)).hasSize(3).allSatisfy(entry -> {
            assertThat(entry.primary().score()).isPositive();
            assertThat(entry.secondary("tokens_per_s").orElseThrow().rawData()[0][0])
                    .isNaN();
        });
    }
}
