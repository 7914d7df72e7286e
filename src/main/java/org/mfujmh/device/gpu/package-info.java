/**
 * NVIDIA GPUs: nvidia-smi lists them, and NVML gives clocks, power and temperature while a pass runs. Both may be
 * missing, so every result is a reading or the reason why there is none.
 *
 * <p>A GPU that cannot be identified is still measured, but has no peak. A throttled clock explains a slow result, so
 * telemetry is read during the measurement, not after it.
 */
package org.mfujmh.device.gpu;
