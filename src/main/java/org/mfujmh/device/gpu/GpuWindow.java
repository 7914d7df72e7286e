package org.mfujmh.device.gpu;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A GPU over a stretch of time. NaN for what it did not tell, or where no sample fell into the stretch.
 *
 * @param smClockMhz mean
 * @param powerW mean
 * @param temperatureC the highest
 * @param throttledShare of the samples, those in which the clock was held down for whatever reason
 * @param throttledByPowerShare those in which by power
 * @param throttledByHeatShare those in which by heat
 * @param memoryUsedBytes the most
 * @param meanEnergyW by the energy counter: joules over seconds, where the stretch is long enough for it
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

    /** The energy counter moves some ten times a second: below this its steps would show in the figure. */
    static final double SHORTEST_FOR_ENERGY_SECONDS = 5;

    /** Nothing was watched. */
    public static final GpuWindow NONE = of(List.of(), Double.NaN, 0);

    /**
     * @param samples in the stretch
     * @param joules that the counter advanced by
     * @param seconds the stretch's length
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
