package org.mfujmh.suite.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.mfujmh.profiler.RooflineReading;
import org.mfujmh.results.Entry;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What JMH times, and number and duration of a benchmark's forks and iterations, from the command line or its
 * annotations.
 *
 * @param mode throughput, or a kind of time
 * @param forks independent processes
 * @param warmups warm-up iterations per fork
 * @param iterations measured iterations per fork
 */
public record Timing(Mode mode, int forks, int warmups, TimeValue warmupTime, int iterations, TimeValue iterationTime) {

    /** A result that was implausible, and then undecided, has its forks three times. */
    private static final int MOST_LOOKS = 3;

    static Timing of(BenchmarkListEntry benchmark, CommandLineOptions asked) {
        return new Timing(
                asked.getBenchModes().stream().findFirst().orElse(benchmark.getMode()),
                asked.getForkCount().orElse(benchmark.getForks().orElse(Defaults.MEASUREMENT_FORKS)),
                asked.getWarmupIterations()
                        .orElse(benchmark.getWarmupIterations().orElse(Defaults.WARMUP_ITERATIONS)),
                asked.getWarmupTime().orElse(benchmark.getWarmupTime().orElse(Defaults.WARMUP_TIME)),
                asked.getMeasurementIterations()
                        .orElse(benchmark.getMeasurementIterations().orElse(Defaults.MEASUREMENT_ITERATIONS)),
                asked.getMeasurementTime().orElse(benchmark.getMeasurementTime().orElse(Defaults.MEASUREMENT_TIME)));
    }

    Timing withForks(int others) {
        return new Timing(mode, others, warmups, warmupTime, iterations, iterationTime);
    }

    Timing withIterations(int others, TimeValue ofOthers) {
        return new Timing(mode, forks, warmups, warmupTime, others, ofOthers);
    }

    /** Describes how these settings differ from the earlier result's; empty if they are the same. */
    public Optional<String> differences(Entry earlier) {
        List<String> differing = new ArrayList<>();
        tell(differing, "-bm", earlier.mode(), mode.shortLabel());
        if (IntStream.rangeClosed(1, MOST_LOOKS).noneMatch(looks -> earlier.forks() == looks * forks)) {
            tell(differing, "-f", earlier.forks(), forks);
        }
        tell(differing, "-wi", earlier.warmupIterations(), warmups);
        tell(differing, "-i", earlier.measurementIterations(), iterations);
        if (warmups > 0) {
            tell(differing, "-w", earlier.field("warmupTime").orElse("?"), warmupTime);
        }
        tell(differing, "-r", earlier.field("measurementTime").orElse("?"), iterationTime);
        return differing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differing));
    }

    private static void tell(List<String> differing, String option, Object before, Object now) {
        if (!before.toString().equals(now.toString())) {
            differing.add(option + " was " + before + " and is now " + now);
        }
    }

    /**
     * Rough duration of one fork in seconds: JMH ends an iteration when the running invocation ends.
     *
     * @param pass seconds of one invocation
     * @param before seconds from the fork's start to its first iteration
     */
    double forkSeconds(double pass, double before) {
        return before + warmups * iteration(warmupTime, pass) + iterations * iteration(iterationTime, pass);
    }

    private static double iteration(TimeValue time, double pass) {
        double longest = Math.max(time.convertTo(TimeUnit.MILLISECONDS) / 1e3, pass);
        double rooflines = 2 * longest / RooflineReading.TIME_FRACTION; // before and after
        return rooflines + (longest > pass ? longest + pass / 2 : pass);
    }
}
