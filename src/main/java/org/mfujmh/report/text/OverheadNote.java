package org.mfujmh.report.text;

import java.util.Locale;
import java.util.Optional;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;

/** What the table says of a pass that is so short that calls and dispatch rule its time, not its work. */
final class OverheadNote {
    /** From here on the share of a roof says more of the overhead than of the work. */
    private static final double MUCH = 0.2;

    private OverheadNote() {}

    /** The note; empty where the overhead was not measured or is small compared with an invocation. */
    static Optional<String> of(Entry entry) {
        double overhead = Figures.mean(entry, MetricId.OVERHEAD_US);
        double invocation = secondsOfAnInvocation(entry) * 1e6;
        if (!(overhead >= MUCH * invocation)) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%s of an invocation of %s us go into its call and into starting its operators, measured with empty"
                        + " ones: it is too short for its share of the roofline to say how well it computes",
                overhead >= invocation ? "all" : String.format(Locale.ROOT, "%.0f %%", 100 * overhead / invocation),
                NumberFormat.threeDigits(invocation)));
    }

    /** From JMH's score, a rate or a time in any of its units. */
    private static double secondsOfAnInvocation(Entry entry) {
        double score = entry.primary().score();
        String unit = entry.primary().unit();
        boolean rate = unit.startsWith("ops/");
        double seconds =
                switch (rate ? unit.substring(4) : unit.replace("/op", "")) {
                    case "s" -> 1;
                    case "ms" -> 1e-3;
                    case "us" -> 1e-6;
                    case "ns" -> 1e-9;
                    case "min" -> 60;
                    default -> Double.NaN;
                };
        return rate ? seconds / score : seconds * score;
    }
}
