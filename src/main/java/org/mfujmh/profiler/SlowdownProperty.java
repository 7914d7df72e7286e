package org.mfujmh.profiler;

import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.schema.RunProperty;

/**
 * Reads {@link RunProperty#PLANTED_SLOWDOWN}, which adds a slowdown to the timed passes for calibrating the gate
 * (scripts/calibrate). It is recorded in the result.
 */
public final class SlowdownProperty {
    private SlowdownProperty() {}

    /** The validated property of this process; empty if it is not set. */
    public static Optional<String> asked() {
        Optional<String> asked = RunProperty.PLANTED_SLOWDOWN.ofThisProcess();
        asked.ifPresent(SlowdownProperty::parsed);
        return asked;
    }

    /** Extra passes per pass; 0 if the property is not set. */
    public static double share() {
        return asked().map(SlowdownProperty::parsed).orElse(0.0);
    }

    private static double parsed(String text) {
        if (text.matches("0?\\.[0-9]{1,6}|[1-9]")) {
            return Double.parseDouble(text);
        }
        throw new BadInput(RunProperty.PLANTED_SLOWDOWN.argument(text)
                + " is not valid. It is the number of extra passes per pass, such as 0.0526, at most 9, and "
                + "for calibration only.");
    }
}
