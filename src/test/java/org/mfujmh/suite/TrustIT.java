package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.FakeNvml;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/** Impossible figures and a watched GPU, through the whole suite: real processes, real forks. */
@EnabledOnOs(OS.LINUX)
class TrustIT {
    private static final List<String> TINY =
            List.of("-p", "model=gpt-tiny", "-p", "seqLen=64", "-p", "batchSize=2", "-f", "1");

    @TempDir
    private Path folder;

    private RunningSuite suite(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(TINY);
        all.addAll(List.of(arguments));
        return RunningSuite.start(folder, all.toArray(String[]::new));
    }

    @Test
    void aPassThatNobodyWaitedForIsSuspectByItsSpeedAndFailsTheRun() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite = suite("Unsynchronised", "-w", "100ms", "-i", "2", "-r", "100ms", "-rff", file.toString());

        assertThat(suite.end()).as(suite.err()).isEqualTo(1);
        assertThat(suite.out()).contains("SUSPECT").contains("the work was skipped or not waited for");
        assertThat(suite.err())
                .containsPattern("SUSPECT: .*model=gpt-tiny.* x the best GEMM roofline of any fork of this run");
        // A second look comes before the verdict: its forks are in the result too.
        assertThat(suite.err())
                .contains("1 of 1 results exceed the measured roofline (background load can cause this)."
                        + " Measuring 1 more fork before flagging it.");
        // It stands in the file as it was measured: the share is shown, not cut off at 1.
        Entry entry = ResultFile.read(file).get(0);
        assertThat(entry.primary().rawData()).hasDimensions(2, 2);
        assertThat(Arrays.stream(row(entry, "roofline_share")).min().orElseThrow())
                .isGreaterThan(10);
    }

    @Test
    void aGpuIsWatchedWhileItsPassesAreTimed() throws Exception {
        Path library = FakeNvml.build(folder);
        String cpu = HostCpu.detect().name();
        Path peaks = Files.writeString(folder.resolve("mine.csv"), "device,bf16,boost_mhz\n\"" + cpu + "\",0.5,1830\n");
        Path file = folder.resolve("r.json");
        RunningSuite suite = suite(
                "ForwardBenchmark.forward",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "5s",
                "--peaks-csv",
                peaks.toString(),
                "-jvmArgsAppend",
                "-Dmfu.gpuUuid=" + FakeNvml.UUID + " -Djna.library.path=" + library.getParent(),
                "-rff",
                file.toString());

        assertThat(suite.end()).as(suite.err()).isZero();
        Entry entry = ResultFile.read(file).get(0);
        assertThat(row(entry, "power_w")).containsExactly(FakeNvml.WATTS);
        assertThat(row(entry, "sm_clock_mhz")).containsExactly(FakeNvml.MHZ);
        assertThat(row(entry, "temperature_c")).containsExactly(FakeNvml.CELSIUS);
        assertThat(row(entry, "throttled_share")).containsExactly(0);
        assertThat(row(entry, "peak_memory_bytes")).containsExactly(FakeNvml.USED_BYTES);
        assertThat(entry.property("mfu.peakTflops")).contains("0.5");
        assertThat(entry.property("mfu.peakSource")).contains(peaks + ", line 2");
        double perToken = FakeNvml.WATTS / row(entry, "tokens_per_s")[0];
        assertThat(row(entry, "joules_per_token")[0]).isCloseTo(perToken, within(0.02 * perToken));
        double atClock = row(entry, "mfu")[0] * 1830 / FakeNvml.MHZ;
        assertThat(row(entry, "mfu_at_clock")[0]).isCloseTo(atClock, within(1e-6 * atClock));
    }

    @Test
    void withoutAGpuItsMetricsAreNotANumberAndTheVersionsAreKnown() throws Exception {
        Path file = folder.resolve("r.json");
        RunningSuite suite =
                suite("ForwardBenchmark.forward", "-wi", "0", "-i", "1", "-r", "100ms", "-rff", file.toString());

        assertThat(suite.end()).as(suite.err()).isZero();
        Entry entry = ResultFile.read(file).get(0);
        for (String metric : List.of(
                "sm_clock_mhz", "power_w", "temperature_c", "throttled_share", "joules_per_token", "mfu_at_clock")) {
            assertThat(row(entry, metric)).as(metric).containsExactly(Double.NaN);
        }
        assertThat(entry.property("mfu.jmh")).isEqualTo(entry.field("jmhVersion"));
        assertThat(entry.property("mfu.jvm").orElseThrow()).contains(System.getProperty("java.vm.version"));
        Instant measured = Instant.parse(entry.property("mfu.time").orElseThrow());
        assertThat(measured).isBetween(Instant.now().minusSeconds(600), Instant.now());
        assertThat(suite.err()).contains("JMH " + entry.property("mfu.jmh").orElseThrow());
        assertThat(suite.out()).contains("CPU datasheets give no peak").contains("in the only iteration");
    }

    private static double[] row(Entry entry, String metric) {
        return Arrays.stream(entry.secondary(metric).orElseThrow().rawData())
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }
}
