package org.mfujmh.device.gpu;

import java.nio.file.Path;
import org.mfujmh.device.Device;
import org.mfujmh.device.MachineId;

/**
 * A GPU that CUDA uses but that cannot be identified through nvidia-smi, so it has no peak.
 *
 * @param ordinal CUDA's number
 * @param why why it is unknown, and what to do, as a sentence
 */
public record UnidentifiedGpu(int ordinal, String why) implements Device {
    /** A unique name: it includes the machine and the number. */
    @Override
    public String name() {
        return "unidentified GPU cuda:" + ordinal + " " + MachineId.inBrackets(Path.of("/"));
    }

    @Override
    public String slug() {
        return "unidentified-gpu";
    }
}
