package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Metric;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.Aggregation;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.RunProperty;

/** What a real fork writes into a result file is what {@code schema} says of it. */
@EnabledOnOs(OS.LINUX)
@TestInstance(Lifecycle.PER_CLASS)
class MetricsOfAForkIT {
    private Entry entry;

    @BeforeAll
    void measure(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("r.json");
        List<String> command = RunningSuite.command(
                folder,
                ("ForwardBenchmark -p model=gpt-tiny -p seqLen=64 -f 1 -wi 0 -i 3 -r 50ms -rff " + file)
                        .split(" ", -1));
        command.add(1, RunProperty.PEAK_TFLOPS.argument("2")); // as Maven hands it over
        RunningSuite suite = RunningSuite.start(folder, command);
        assertThat(suite.end()).as(suite.err()).isZero();
        entry = ResultFile.read(file).get(0);
    }

    @Test
    void everyMetricThatAForkReturnsIsKnownWithItsUnit() {
        Set<MetricId> measured = EnumSet.allOf(MetricId.class);
        measured.remove(MetricId.MFU_AS_PUBLISHED); // others', in published figures
        assertThat(entry.secondary().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        measured.stream().map(MetricId::label).toList());
        for (MetricId metric : measured) {
            assertThat(entry.secondary(metric).map(Metric::unit))
                    .as(metric.label())
                    .contains(metric.unit());
        }
    }

    @Test
    void itsScoreIsTheMeanOfTheIterationsOrTheirMaximumAsItsConstantSays() {
        for (Map.Entry<String, Metric> one : entry.secondary().entrySet()) {
            double[] iterations = one.getValue().rawData()[0];
            assertThat(iterations).as(one.getKey()).hasSize(3);
            boolean maximum = MetricId.of(one.getKey()).orElseThrow().aggregation() == Aggregation.MAXIMUM;
            double expected = (maximum
                            ? Arrays.stream(iterations).max()
                            : DoubleStream.of(iterations).average())
                    .orElseThrow();
            if (Double.isNaN(expected)) {
                assertThat(one.getValue().score()).as(one.getKey()).isNaN();
            } else {
                assertThat(one.getValue().score())
                        .as(one.getKey())
                        .isCloseTo(expected, within(1e-9 * Math.abs(expected)));
            }
        }
    }

    @Test
    void theGateKnowsWhichWayEachOfThemIsBetter() {
        GatePolicy all =
                new GatePolicy(0.03, 0.05, false, List.copyOf(entry.secondary().keySet()), false, Optional.empty());
        assertThat(Gate.decide(List.of(entry), List.of(entry), all).measurements())
                .hasSize(entry.secondary().size());
    }

    @Test
    void everyPropertyOfOursInItIsKnown() {
        List<String> keys = entry.jvmArgs().stream()
                .filter(argument -> argument.startsWith("-D" + RunProperty.PREFIX))
                .map(argument -> argument.substring(2, argument.indexOf('=')))
                .toList();
        assertThat(keys).isNotEmpty().allSatisfy(key -> assertThat(RunProperty.of(key))
                .isPresent());
    }

    @Test
    void aPeakGivenAsAPropertyIsTheDenominatorOfMfu() {
        assertThat(entry.property(RunProperty.PEAK_TFLOPS)).contains("2.0");
        assertThat(entry.property(RunProperty.PEAK_SOURCE))
                .hasValueSatisfying(source -> assertThat(source).contains("set by"));
        assertThat(entry.secondary(MetricId.MFU).orElseThrow().score())
                .isCloseTo(entry.secondary(MetricId.MODEL_TFLOPS).orElseThrow().score() / 2, within(1e-9));
    }

    @Test
    void itsPassAndItsParametersAreRead() {
        assertThat(entry.pass()).contains(PassId.FORWARD);
        assertThat(entry.passParams().model()).isEqualTo("gpt-tiny");
        assertThat(entry.passParams().sequences()).isEqualTo(1);
        assertThat(entry.passParams().seqLen()).isEqualTo(64);
        assertThat(Stream.of(entry.passParams().device(), entry.passParams().gemm()))
                .doesNotContain("auto");
    }
}
