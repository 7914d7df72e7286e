package org.mfujmh.report.measured;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.compare.Sample;
import org.mfujmh.report.text.SpreadNote;
import org.mfujmh.schema.MetricId;

/**
 * A warning that a reader should see before trusting a measurement.
 *
 * @param serious whether the figure may be wrong, not just uncertain
 * @param kind the kind of warning, worded identically for all measurements
 * @param detail the warning with this measurement's figures
 */
public record Warning(boolean serious, String kind, String detail) {
    private static final double DRIFTING = 0.1;
    private static final double THROTTLED = 0.01;

    /** All warnings about one measurement, the serious ones first. */
    public static List<Warning> of(Measured measured) {
        List<Warning> serious = new ArrayList<>();
        List<Warning> notes = new ArrayList<>();
        Optional<MetricReading> reading = measured.reading(measured.mainMetric());
        if (reading.isEmpty()) {
            serious.add(new Warning(true, "Failed: no numeric value", "failed: no numeric value"));
        }
        int asked = measured.entry().forks();
        int back = measured.entry().primary().rawData().length;
        if (back < asked) {
            serious.add(new Warning(true, "Missing forks", back + " of " + asked + " forks returned a result"));
        }
        measured.suspicion()
                .ifPresent(why -> serious.add(
                        new Warning(true, "Suspect: faster than the GEMM roofline allows", "suspect: " + why)));
        measured.reading(MetricId.THROTTLED_SHARE)
                .filter(one -> one.value() > THROTTLED)
                .ifPresent(one -> serious.add(
                        new Warning(true, "Throttled", "throttled " + Answer.percent(one.value()) + " of the time")));
        reading.ifPresent(one -> spread(measured, one, notes));
        measured.aboveOne().forEach(above -> notes.add(new Warning(false, above.kind(), above.reason())));
        serious.addAll(notes);
        return serious;
    }

    private static void spread(Measured measured, MetricReading reading, List<Warning> notes) {
        if (measured.publishedBy().isPresent()) {
            notes.add(new Warning(
                    false, "Published figure: a single value, spread unknown", "published, not measured here"));
        } else if (reading.forks() < Sample.FEWEST_FORKS) {
            notes.add(new Warning(
                    false,
                    "Too few forks for an interval (at least " + Sample.FEWEST_FORKS + ")",
                    reading.forks() + (reading.forks() == 1 ? " fork" : " forks") + ": no interval"));
        }
        SpreadNote.contention(measured.entry())
                .ifPresent(share -> notes.add(new Warning(
                        false,
                        "Other programs used the CPUs: the figure is too low",
                        "other programs took " + Answer.percent(share) + " of the CPUs of libtorch's threads")));
        SpreadNote.noise(reading.metric())
                .ifPresent(noise -> notes.add(new Warning(
                        false,
                        "Forks differ by more than 10 %: was the machine busy?",
                        "forks differ by " + Answer.percent(noise))));
        double drift = reading.drift();
        if (Math.abs(drift) > DRIFTING && Double.isFinite(drift)) {
            notes.add(new Warning(
                    false,
                    "Drifts by more than 10 % over the iterations: too little warm-up, or throttling?",
                    String.format(Locale.ROOT, "drifts by %+.0f %%", 100 * drift)));
        }
    }
}
