/**
 * NVIDIA GPUs: nvidia-smi tells which there are, NVML tells clocks, power and heat while a pass runs. Both may be
 * missing, so every answer is a reading or the reason why there is none.
 *
 * <p>A GPU that we cannot identify is measured all the same, without a peak. A throttled clock explains a slow
 * result, so telemetry is read during the measurement and not after it.
 */
package org.mfujmh.device.gpu;
