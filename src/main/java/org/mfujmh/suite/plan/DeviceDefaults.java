package org.mfujmh.suite.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;

/** The defaults that depend on the device: on a CPU a run of minutes, on a GPU all of the notebook's models. */
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
        if (this == GPU && parameter.equals(PassParams.MODEL)) {
            return Models.notebookNames();
        }
        if (this == GPU && parameter.equals(PassParams.BATCH_SIZE) && Combination.hasLargestBatch(benchmark)) {
            return List.of(PassParams.MAX_BATCH);
        }
        return List.of(annotated);
    }

    /**
     * Forks of each combination in a run of all the notebook's models on a GPU: with five of them it would take longer
     * than a quarter of an hour on an H100, where a fork takes 11 to 25 s.
     */
    static final int FORKS_OF_ALL_MODELS = 3;

    /** The forks of a benchmark of all models, if they were not chosen; empty if the benchmark's own number applies. */
    OptionalInt forks(JmhOptions options) {
        boolean everyModel =
                this == GPU && !options.getParameter(PassParams.MODEL).hasValue();
        return everyModel && !options.getForkCount().hasValue()
                ? OptionalInt.of(FORKS_OF_ALL_MODELS)
                : OptionalInt.empty();
    }

    /** A sentence for the user about forks that were left out; empty if none were. */
    public Optional<String> note(JmhOptions options) {
        return forks(options).isEmpty()
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
