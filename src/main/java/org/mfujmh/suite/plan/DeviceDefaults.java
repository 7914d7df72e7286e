package org.mfujmh.suite.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The defaults that depend on the device: on a CPU a run of minutes, on a GPU all of the notebook's models, each at its
 * largest batch. Decoding is of one model and one sequence on either.
 */
public enum DeviceDefaults {
    CPU,
    GPU;

    /**
     * The default values of a parameter.
     *
     * @param benchmark class and method
     * @param annotated the benchmark's own defaults, used if the device makes no difference
     */
    List<String> of(String benchmark, String parameter, String[] annotated) {
        boolean own = this == CPU || decodes(benchmark);
        if (!own && parameter.equals(PassParams.MODEL)) {
            return Models.notebookNames();
        }
        if (!own && parameter.equals(PassParams.BATCH_SIZE) && Combination.hasLargestBatch(benchmark)) {
            return List.of(PassParams.MAX_BATCH);
        }
        return List.of(annotated);
    }

    private static boolean decodes(String benchmark) {
        return PassId.of(benchmark).filter(PassId.DECODE::equals).isPresent();
    }

    /**
     * Forks of each combination in a run of all the notebook's models on a GPU: with five of them it would take longer
     * than a quarter of an hour on an H100, where a fork takes 11 to 25 s.
     */
    static final int FORKS_OF_ALL_MODELS = 3;

    private static final int GPU_ITERATIONS = 2;
    private static final int GPU_SECONDS = 5;

    /**
     * Number and duration of iterations. NVML updates a GPU's energy counter in steps, so that an iteration there has to
     * last 5 s: two of these take about as long as three of 3 s.
     */
    Timing timing(Timing usual, JmhOptions options) {
        boolean chosen = options.getMeasurementIterations().hasValue()
                || options.getMeasurementTime().hasValue();
        return this == CPU || chosen ? usual : usual.withIterations(GPU_ITERATIONS, TimeValue.seconds(GPU_SECONDS));
    }

    /** The forks of a benchmark of all models, if they were not chosen; empty if the benchmark's own number applies. */
    OptionalInt forks(String benchmark, JmhOptions options) {
        boolean everyModel = this == GPU
                && !decodes(benchmark)
                && !options.getParameter(PassParams.MODEL).hasValue();
        return everyModel && !options.getForkCount().hasValue()
                ? OptionalInt.of(FORKS_OF_ALL_MODELS)
                : OptionalInt.empty();
    }

    /**
     * A sentence for the user about forks that were left out; empty if none were.
     *
     * @param combinations what is measured
     */
    public Optional<String> note(JmhOptions options, List<Combination> combinations) {
        return combinations.stream()
                        .allMatch(one -> forks(one.benchmark(), options).isEmpty())
                ? Optional.empty()
                : Optional.of(FORKS_OF_ALL_MODELS
                        + " forks each, so that all four models take about a quarter of an hour on an H100. -f 5 gives"
                        + " narrower intervals, -p model=gpt-small one model with 5 forks.");
    }

    /** The defaults for the device that libtorch uses, {@code cpu} or {@code cuda:N}. */
    public static DeviceDefaults on(String device) {
        return device.startsWith("cuda") ? GPU : CPU;
    }

    /** The defaults that may apply to the requested device, which may be {@code auto}. */
    public static List<DeviceDefaults> possible(String asked) {
        return asked.equals(PassParams.AUTO) ? Stream.of(values()).toList() : List.of(on(asked));
    }
}
