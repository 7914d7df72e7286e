package org.mfujmh.device.gpu;

/**
 * What holds a GPU's clock below what it would run at: nvml.h's nvmlClocksThrottleReasons. An idle GPU, a clock
 * that somebody set, or one that waits for another GPU is not throttled.
 *
 * @param known whether the GPU tells at all
 * @param byPower its power limit, or a brake of the power supply
 * @param byHeat its temperature, or that of its memory
 */
public record ThrottleReasons(boolean known, boolean byPower, boolean byHeat) {

    static final ThrottleReasons UNKNOWN = new ThrottleReasons(false, false, false);

    private static final long SOFTWARE_POWER_CAP = 0x4;
    /** Heat or power, the card does not say which: newer ones set one of the two below as well. */
    private static final long HARDWARE_SLOWDOWN = 0x8;

    private static final long SOFTWARE_THERMAL_SLOWDOWN = 0x20;
    private static final long HARDWARE_THERMAL_SLOWDOWN = 0x40;
    private static final long HARDWARE_POWER_BRAKE = 0x80;

    static ThrottleReasons of(long mask) {
        boolean power = (mask & (SOFTWARE_POWER_CAP | HARDWARE_POWER_BRAKE)) != 0;
        boolean heat = (mask & (SOFTWARE_THERMAL_SLOWDOWN | HARDWARE_THERMAL_SLOWDOWN)) != 0;
        boolean unsaid = (mask & HARDWARE_SLOWDOWN) != 0 && !power && !heat;
        return new ThrottleReasons(true, power, heat || unsaid);
    }

    boolean any() {
        return byPower || byHeat;
    }
}
