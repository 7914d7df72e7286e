package org.mfujmh.bench;

import java.util.Optional;
import org.mfujmh.BadInput;

/**
 * A slowdown that is really there, for the calibration of the gate (scripts/calibrate): a share of the timed
 * passes is run twice. It takes a property that nobody sets by accident, which is recorded in the result.
 */
final class PlantedSlowdown {
    /** The share of passes done twice: 0.0526 makes throughput x 0.95. */
    static final String PROPERTY = "mfu.calibration.plantedSlowdown";

    private final double share;
    private double owed;

    private PlantedSlowdown(double share) {
        this.share = share;
    }

    /** What this process was asked for by its property. */
    static PlantedSlowdown ofThisProcess() {
        return new PlantedSlowdown(asked().map(PlantedSlowdown::parsed).orElse(0.0));
    }

    /** The property, where it is set; checked. */
    static Optional<String> asked() {
        Optional<String> asked = Optional.ofNullable(System.getProperty(PROPERTY));
        asked.ifPresent(PlantedSlowdown::parsed);
        return asked;
    }

    private static double parsed(String text) {
        if (text.matches("0?\\.[0-9]{1,6}|1")) {
            return Double.parseDouble(text);
        }
        throw new BadInput("-D" + PROPERTY + "=" + text
                + " was given. It is the share of passes to run twice, such as 0.0526, and for calibration only.");
    }

    /** Whether the pass that was just run is to be run once more. */
    boolean again() {
        owed += share;
        if (owed < 1) {
            return false;
        }
        owed -= 1;
        return true;
    }
}
