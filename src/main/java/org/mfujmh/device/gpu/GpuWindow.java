package org.mfujmh.device.gpu;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Telemetry of a GPU over a period. NaN for values that it did not report, or if the period has no sample.
 *
 * @param smClockMhz mean
 * @param powerW mean
 * @param temperatureC maximum
 * @param throttledShare share of samples in which the clock was lowered for any reason
 * @param throttledByPowerShare share of samples in which it was lowered because of power
 * @param throttledByHeatShare share of samples in which it was lowered because of temperature
 * @param memoryUsedBytes maximum
 * @param meanEnergyW mean power from the energy counter (joules over seconds), if the period is long enough
 */
public record GpuWindow(
        double smClockMhz,
        double powerW,
        double temperatureC,
        double throttledShare,
        double throttledByPowerShare,
        double throttledByHeatShare,
        double memoryUsedBytes,
        double meanEnergyW) {

    /**
     * The energy counter is updated about ten times per second; in shorter periods its steps would distort the figure.
     */
    static final double SHORTEST_FOR_ENERGY_SECONDS = 5;

    /** Nothing was watched. */
    public static final GpuWindow NONE = of(List.of(), Double.NaN, 0);

    /**
     * @param samples samples in the period
     * @param joules increase of the energy counter
     * @param seconds length of the period
     */
    static GpuWindow of(List<GpuSample> samples, double joules, double seconds) {
        return new GpuWindow(
                mean(samples, GpuSample::smClockMhz),
                mean(samples, GpuSample::powerW),
                most(samples, GpuSample::temperatureC),
                share(samples, ThrottleReasons::any),
                share(samples, ThrottleReasons::byPower),
                share(samples, ThrottleReasons::byHeat),
                most(samples, GpuSample::memoryUsedBytes),
                seconds >= SHORTEST_FOR_ENERGY_SECONDS ? joules / seconds : Double.NaN);
    }

    private static double mean(List<GpuSample> samples, ToDoubleFunction<GpuSample> what) {
        return samples.stream()
                .mapToDouble(what)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    private static double most(List<GpuSample> samples, ToDoubleFunction<GpuSample> what) {
        return samples.stream()
                .mapToDouble(what)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(Double.NaN);
    }

    private static double share(List<GpuSample> samples, Predicate<ThrottleReasons> held) {
        return samples.stream()
                .map(GpuSample::throttled)
                .filter(ThrottleReasons::known)
                .mapToDouble(reasons -> held.test(reasons) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }
}
