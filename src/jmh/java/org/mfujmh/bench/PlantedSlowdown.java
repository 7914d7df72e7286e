package org.mfujmh.bench;

import org.mfujmh.profiler.SlowdownProperty;

/**
 * A real slowdown for calibrating the gate (scripts/calibrate): a share of the timed passes is run twice. It is enabled
 * by {@link SlowdownProperty}.
 */
final class PlantedSlowdown {
    private final double share;
    private double owed;

    private PlantedSlowdown(double share) {
        this.share = share;
    }

    /** The slowdown set by this process's property. */
    static PlantedSlowdown ofThisProcess() {
        return new PlantedSlowdown(SlowdownProperty.share());
    }

    /** The number of extra passes to run after the current one. */
    int passes() {
        owed += share;
        int whole = (int) owed;
        owed -= whole;
        return whole;
    }
}
