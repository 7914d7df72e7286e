package org.mfujmh.device.gpu;

import org.mfujmh.device.Device;

/**
 * A GPU that CUDA uses where nvidia-smi does not tell which one it is: nothing is known of it, so it has no peak.
 *
 * @param why it is not known, and what to do, in a sentence
 */
public record UnidentifiedGpu(String why) implements Device {
    @Override
    public String name() {
        return "unidentified GPU";
    }

    @Override
    public String slug() {
        return "unidentified-gpu";
    }
}
