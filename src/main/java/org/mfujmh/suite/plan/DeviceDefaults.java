package org.mfujmh.suite.plan;

import java.util.List;
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

    /** The defaults for the device that libtorch uses, {@code cpu} or {@code cuda:N}. */
    public static DeviceDefaults on(String device) {
        return device.startsWith("cuda") ? GPU : CPU;
    }

    /** The defaults that may apply to the requested device, which may be {@code auto}. */
    public static List<DeviceDefaults> possible(String asked) {
        return asked.equals(PassParams.AUTO) ? Stream.of(values()).toList() : List.of(on(asked));
    }
}
