package org.mfujmh.profiler;

import java.util.Optional;
import org.mfujmh.BadInput;

/**
 * The property that plants a slowdown into the timed passes, for the calibration of the gate (scripts/calibrate). Nobody
 * sets it by accident, and it is recorded in the result.
 */
public final class SlowdownProperty {
    /** Passes done in addition, for each that is counted: 0.0526 makes throughput x 0.95, 1 halves it. */
    public static final String NAME = "mfu.calibration.plantedSlowdown";

    private SlowdownProperty() {}

    /** The property as it was given to this process, checked; empty where it is not set. */
    public static Optional<String> asked() {
        Optional<String> asked = Optional.ofNullable(System.getProperty(NAME));
        asked.ifPresent(SlowdownProperty::parsed);
        return asked;
    }

    /** Passes in addition for each pass; 0 where the property is not set. */
    public static double share() {
        return asked().map(SlowdownProperty::parsed).orElse(0.0);
    }

    private static double parsed(String text) {
        if (text.matches("0?\\.[0-9]{1,6}|[1-9]")) {
            return Double.parseDouble(text);
        }
        throw new BadInput(
                "-D" + NAME + "=" + text
                        + " was given. It is how many passes to run in addition for each, such as 0.0526, up to 9, and for calibration only.");
    }
}
