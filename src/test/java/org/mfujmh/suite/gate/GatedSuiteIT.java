package org.mfujmh.suite.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.model.Backend;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.RunningSuite;

/**
 * A suite with a gate at its end, from its command line to its exit code. Real forks, of whose throughput nine tenths
 * are taken by running each pass ten times: with a threshold of 99 % (half the throughput) no noise of a test machine decides.
 */
@EnabledOnOs(OS.LINUX)
class GatedSuiteIT {
    private static final String TINY = "bench.ForwardBenchmark -p model=gpt-tiny -p seqLen=64 -p gemm=upcast"
            + " -f 3 -wi 1 -w 100ms -i 1 -r 200ms -jvmArgsAppend -XX:TieredStopAtLevel=1";
    private static final String GATED = " --threshold 99% --format json ";
    private static final String TEN_TIMES = "-D" + RunProperty.PLANTED_SLOWDOWN.key() + "=9";

    @TempDir
    private Path folder;

    private RunningSuite start(String property, String arguments) throws Exception {
        List<String> command = new ArrayList<>(RunningSuite.command(folder, arguments.split(" +")));
        command.add(1, property);
        return RunningSuite.start(folder, command);
    }

    @Test
    void theGateOnAFileIsRedOnASlowdownAndElseNotAndSoIsMavensCheck() throws Exception {
        Path base = folder.resolve("base.json");
        RunningSuite baseline = start("-Dplain", TINY + " -rff " + base);
        assertThat(baseline.end()).as(baseline.err()).isZero();

        RunningSuite same = start("-Dplain", TINY + GATED + "-rff same.json --gate " + base);
        assertThat(same.end()).as(same.out() + same.err()).isZero();
        assertThat(same.out()).doesNotContain("REGRESSED").containsPattern("\"verdict\" : \"(SAME|INCONCLUSIVE)\"");

        RunningSuite slow = start(TEN_TIMES, TINY + GATED + "-rff slow.json --gate " + base);
        assertThat(slow.end()).as(slow.out() + slow.err()).isEqualTo(1);
        assertThat(slow.out()).contains("\"verdict\" : \"REGRESSED\"");
        assertThat(ResultFile.read(folder.resolve("slow.json"))).singleElement().satisfies(entry -> assertThat(
                        entry.property(RunProperty.PLANTED_SLOWDOWN.key()))
                .hasValue("9"));

        // Had the baseline been measured in the other form, so would be what is held against it.
        String form = ResultFile.read(base).get(0).property(RunProperty.BACKEND).orElseThrow();
        String other = form.equals(Backend.AUTOGRAD.label()) ? Backend.HANDWRITTEN.label() : Backend.AUTOGRAD.label();
        String said = RunProperty.BACKEND.argument("");
        Files.writeString(base, Files.readString(base).replace(said + form, said + other));

        // What `mvn verify -Pjmh -Dmfu.check=FILE -Djmh.args="..."` starts.
        List<String> command = new ArrayList<>(RunningSuite.command(
                folder, "--check", base.toString(), "--args", TINY + " --threshold 99% -rff maven.json"));
        command.add(1, TEN_TIMES);
        RunningSuite maven = RunningSuite.start(folder, command);
        assertThat(maven.end()).as(maven.out() + maven.err()).isEqualTo(1);
        assertThat(maven.out()).contains("REGRESSED");
        assertThat(ResultFile.read(folder.resolve("maven.json")))
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.property(RunProperty.BACKEND)).hasValue(other));
    }

    @Test
    void theGateOnAnotherBuildTakesTurnsWithItAndIsRedOnASlowdown() throws Exception {
        Path jar = folder.resolve("other.jar");
        Process packed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                        "--create",
                        "--file",
                        jar.toString(),
                        "-C",
                        Path.of("target", "classes").toString(),
                        ".")
                .inheritIO()
                .start();
        assertThat(packed.waitFor()).isZero();

        RunningSuite slow = start(TEN_TIMES, TINY + GATED + "-rff slow.json --against " + jar);
        assertThat(slow.end()).as(slow.out() + slow.err()).isEqualTo(1);
        assertThat(slow.out()).contains("\"verdict\" : \"REGRESSED\"");
        // Ours is ten times slower, so the figures say whether the lines name whose fork it was.
        assertThat(slowestOf("the other build", slow.err())).isGreaterThan(2 * fastestOf("this build", slow.err()));
        List<Entry> theirs = ResultFile.read(folder.resolve("slow-against.json"));
        assertThat(theirs).singleElement().satisfies(entry -> {
            assertThat(entry.property(RunProperty.PLANTED_SLOWDOWN.key())).isEmpty();
            assertThat(entry.property("mfu.commit")).hasValue("other.jar");
        });
        // What a profiler returns is known only once it has run: the run is not lost for that.
        RunningSuite unknown = start(
                "-Dplain",
                TINY.replace("-f 3", "-f 1") + " -rff unknown.json -prof gc --metric gc.nosuch --against " + jar);
        assertThat(unknown.end()).as(unknown.out() + unknown.err()).isEqualTo(2);
        assertThat(unknown.out()).contains("gpt-tiny");
        assertThat(unknown.err())
                .contains("Written: ")
                .contains("No measurement has the metric 'gc.nosuch'. Available: ");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(file -> file.getFileName().toString().startsWith("mfu-against-")))
                    .isEmpty();
        }
    }

    private static double slowestOf(String build, String said) {
        return figures(build, said).min().orElseThrow();
    }

    private static double fastestOf(String build, String said) {
        return figures(build, said).max().orElseThrow();
    }

    private static DoubleStream figures(String build, String said) {
        return Pattern.compile("fork \\d+ of \\d+ of " + build + ": ([\\d,.]+) ")
                .matcher(said)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1).replace(",", "")));
    }
}
