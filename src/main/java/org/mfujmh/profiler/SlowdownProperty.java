package org.mfujmh.profiler;

import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.schema.RunProperty;

/**
 * {@link RunProperty#PLANTED_SLOWDOWN}, which plants a slowdown into the timed passes, for the calibration of the gate (scripts/calibrate). Nobody
 * sets it by accident, and it is recorded in the result.
 */
public final class SlowdownProperty {
    private SlowdownProperty() {}

    /** The property as it was given to this process, checked; empty where it is not set. */
    public static Optional<String> asked() {
        Optional<String> asked = RunProperty.PLANTED_SLOWDOWN.ofThisProcess();
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
                RunProperty.PLANTED_SLOWDOWN.argument(text)
                        + " was given. It is how many passes to run in addition for each, such as 0.0526, up to 9, and for calibration only.");
    }
}
