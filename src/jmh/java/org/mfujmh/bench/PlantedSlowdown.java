package org.mfujmh.bench;

import java.util.Optional;
import org.mfujmh.BadInput;

/**
 * A slowdown that is really there, for the calibration of the gate (scripts/calibrate): a share of the timed
 * passes is run once more. It takes a property that nobody sets by accident, which is recorded in the result.
 */
final class PlantedSlowdown {
    /** Passes done in addition, for each that is counted: 0.0526 makes throughput x 0.95, 1 halves it. */
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
        if (text.matches("0?\\.[0-9]{1,6}|[1-9]")) {
            return Double.parseDouble(text);
        }
        throw new BadInput(
                "-D" + PROPERTY + "=" + text
                        + " was given. It is how many passes to run in addition for each, such as 0.0526, up to 9, and for calibration only.");
    }

    /** How many more passes to run after the one that was just run. */
    int passes() {
        owed += share;
        int whole = (int) owed;
        owed -= whole;
        return whole;
    }
}
