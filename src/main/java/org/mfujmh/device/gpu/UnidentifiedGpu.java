package org.mfujmh.device.gpu;

import java.nio.file.Path;
import org.mfujmh.device.Device;
import org.mfujmh.device.MachineId;

/**
 * A GPU that CUDA uses where nvidia-smi does not tell which one it is: nothing is known of it, so it has no peak.
 *
 * @param ordinal CUDA's number
 * @param why it is not known, and what to do, in a sentence
 */
public record UnidentifiedGpu(int ordinal, String why) implements Device {
    /** No other device's: of this machine, and this number on it. */
    @Override
    public String name() {
        return "unidentified GPU cuda:" + ordinal + " " + MachineId.inBrackets(Path.of("/"));
    }

    @Override
    public String slug() {
        return "unidentified-gpu";
    }
}
