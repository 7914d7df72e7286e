package org.mfujmh.cli;

import java.time.Duration;
import org.mfujmh.BadInput;

/** Parses durations in options: {@code 90s}, {@code 30m}, {@code 2h}. */
final class Durations {
    private Durations() {}

    /** @throws BadInput if the text is not a duration; the message names the option */
    static Duration parse(String option, String written) {
        if (!written.matches("[1-9][0-9]{0,5}[smh]")) {
            throw new BadInput(option + " " + written + " is not a duration. Write a number followed by s, m or h, "
                    + "e.g. 90s or 30m.");
        }
        long number = Long.parseLong(written.substring(0, written.length() - 1));
        return switch (written.charAt(written.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
