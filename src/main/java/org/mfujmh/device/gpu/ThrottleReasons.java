package org.mfujmh.device.gpu;

/**
 * Why a GPU's clock is lowered: nvmlClocksThrottleReasons in nvml.h. An idle GPU, a clock set by a user, and waiting
 * for another GPU do not count as throttling.
 *
 * @param known whether the GPU reports this at all
 * @param byPower because of its power limit or a power brake
 * @param byHeat because of its temperature or that of its memory
 */
public record ThrottleReasons(boolean known, boolean byPower, boolean byHeat) {

    static final ThrottleReasons UNKNOWN = new ThrottleReasons(false, false, false);

    private static final long SOFTWARE_POWER_CAP = 0x4;
    /** Heat or power, not specified; newer cards set one of the two below as well. */
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
