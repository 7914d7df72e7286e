package org.mfujmh;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Suggests the name that a user probably meant by a mistyped one. */
public final class DidYouMean {
    private static final int LONGEST_SHOWN = 100;

    private DidYouMean() {}

    /**
     * The error for an unknown name: what was asked for, the closest known name if one is close, and all known names.
     *
     * @param kind what was asked for, e.g. {@code model}
     */
    public static BadInput noSuch(String kind, String asked, List<String> known) {
        String guess =
                to(asked, known).map(name -> " Did you mean \"" + name + "\"?").orElse("");
        return new BadInput("There is no " + kind + " \"" + plain(asked) + "\"." + guess + " Choose one of "
                + String.join(", ", known) + ".");
    }

    /** The requested name, safe for a terminal: without control characters, and truncated. */
    private static String plain(String asked) {
        String brief = asked.length() > LONGEST_SHOWN ? asked.substring(0, LONGEST_SHOWN) + "..." : asked;
        return brief.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }

    /** The known name with the fewest edits from the asked one, if at most half of its letters differ. */
    public static Optional<String> to(String asked, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> edits(fold(asked), fold(name))))
                .filter(name -> 2 * edits(fold(asked), fold(name)) <= fold(name).length());
    }

    /** Case, the choice between - and _, and an option's dashes are not what distinguishes names. */
    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT).replaceFirst("^-+", "").replace('-', '_');
    }

    /** Levenshtein's distance: insertions, deletions and replacements that turn one into the other. */
    private static int edits(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
