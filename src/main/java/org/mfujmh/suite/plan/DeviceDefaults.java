package org.mfujmh.suite.plan;

import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;

/** What is measured where a parameter is not given: on a CPU what takes minutes, on a GPU all that the notebook had. */
public enum DeviceDefaults {
    CPU,
    GPU;

    /**
     * The values of a parameter that the user did not give.
     *
     * @param benchmark class and method
     * @param annotated what the benchmark itself has, which holds where the device makes no difference
     */
    List<String> of(String benchmark, String parameter, String[] annotated) {
        if (this == GPU && parameter.equals(PassParams.MODEL)) {
            return Models.notebook().stream().map(Architecture::name).toList();
        }
        if (this == GPU && parameter.equals(PassParams.BATCH_SIZE) && Combination.hasLargestBatch(benchmark)) {
            return List.of(PassParams.MAX_BATCH);
        }
        return List.of(annotated);
    }

    /** Of the device that libtorch uses, {@code cpu} or {@code cuda:N}. */
    public static DeviceDefaults on(String device) {
        return device.startsWith("cuda") ? GPU : CPU;
    }

    /** Those that may come to hold where the user asked for this device, {@code auto} included. */
    public static List<DeviceDefaults> possible(String asked) {
        return asked.equals(PassParams.AUTO) ? Stream.of(values()).toList() : List.of(on(asked));
    }
}
