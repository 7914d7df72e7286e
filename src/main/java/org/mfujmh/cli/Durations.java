package org.mfujmh.cli;

import java.time.Duration;
import org.mfujmh.BadInput;

/** Times as options have them: {@code 90s}, {@code 30m}, {@code 2h}. */
final class Durations {
    private Durations() {}

    /** @throws BadInput where it is none, naming the option */
    static Duration parse(String option, String written) {
        if (!written.matches("[1-9][0-9]{0,5}[smh]")) {
            throw new BadInput(option + " " + written + " was given. It is a number with s, m or h, e.g. 90s or 30m.");
        }
        long number = Long.parseLong(written.substring(0, written.length() - 1));
        return switch (written.charAt(written.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
