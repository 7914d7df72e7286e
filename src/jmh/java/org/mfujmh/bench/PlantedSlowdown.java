package org.mfujmh.bench;

import org.mfujmh.profiler.SlowdownProperty;

/**
 * A slowdown that is really there, for the calibration of the gate (scripts/calibrate): a share of the timed
 * passes is run once more. {@link SlowdownProperty} asks for it.
 */
final class PlantedSlowdown {
    private final double share;
    private double owed;

    private PlantedSlowdown(double share) {
        this.share = share;
    }

    /** What this process was asked for by its property. */
    static PlantedSlowdown ofThisProcess() {
        return new PlantedSlowdown(SlowdownProperty.share());
    }

    /** How many more passes to run after the one that was just run. */
    int passes() {
        owed += share;
        int whole = (int) owed;
        owed -= whole;
        return whole;
    }
}
