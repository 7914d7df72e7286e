package org.mfujmh.device.peaks;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.device.peaks.PeakResolution.KnownPeak;
import org.mfujmh.device.peaks.PeakResolution.NoFigure;
import org.mfujmh.device.peaks.PeakResolution.NoSuchPrecision;
import org.mfujmh.device.peaks.PeakResolution.UnknownPeak;

/**
 * Datasheet peaks of devices: {@code peaks.csv}, preceded by a user's own rows. A device is unknown unless its whole
 * name and its memory match a row, since a wrong denominator is worse than none.
 *
 * @param rows the user's first
 */
public record PeakTable(List<Peak> rows) {
    private static final int MOST_NEAREST = 3;
    private static final double LEAST_LIKENESS = 0.4;

    public PeakTable {
        rows = List.copyOf(rows);
    }

    /** Read when it is first asked for. */
    private static final class Shipped {
        static final PeakTable TABLE = new PeakTable(PeakCsv.shipped());
    }

    /** The built-in table. */
    public static PeakTable shipped() {
        return Shipped.TABLE;
    }

    /**
     * This table preceded by a user's rows, which replace whole rows of the same device.
     *
     * @throws BadInput if the file cannot be read or is not such a table
     */
    public PeakTable overriddenBy(Path file) {
        return new PeakTable(
                Stream.concat(PeakCsv.own(file).stream(), rows.stream()).toList());
    }

    /** The result of looking up a device. */
    public sealed interface Match {
        /**
         * @param rule the rule by which it matched, as a sentence
         */
        record MatchedRow(Peak row, String rule) implements Match {}

        /**
         * @param reason a sentence that names the closest rows
         * @param nearest rows with similar names, for information only
         */
        record NoMatch(String reason, List<Peak> nearest) implements Match {}
    }

    /**
     * Finds the row of a device.
     *
     * @param name as printed by the driver
     * @param memoryMib as reported by the driver, if known
     */
    public Match match(String name, OptionalInt memoryMib) {
        String normalised = DeviceName.normalise(name);
        List<Peak> named = rows.stream().filter(row -> row.isNamed(normalised)).toList();
        if (named.stream().anyMatch(Peak::own)) {
            named = named.stream().filter(Peak::own).toList();
        }
        List<Peak> fitting = named.stream().filter(row -> row.fits(memoryMib)).toList();
        if (fitting.size() == 1) {
            Peak row = fitting.get(0);
            return new Match.MatchedRow(row, rule(name, row, named.size() > 1, memoryMib));
        }
        String reason = named.isEmpty() ? unknownName(name) : wrongMemory(name, named, memoryMib);
        List<Peak> nearest = named.isEmpty() ? nearest(name) : named;
        return new Match.NoMatch(reason, nearest);
    }

    /** The peak of a device at a precision. */
    public PeakResolution resolve(String name, OptionalInt memoryMib, PeakPrecision precision) {
        Match match = match(name, memoryMib);
        if (match instanceof Match.NoMatch none) {
            return new UnknownPeak(none.reason(), none.nearest());
        }
        Match.MatchedRow found = (Match.MatchedRow) match;
        Peak row = found.row();
        if (row.tflops(precision).isPresent()) {
            return new KnownPeak(
                    row, precision, row.tflops(precision).getAsDouble(), row.source(precision), found.rule());
        }
        return row.notInHardware().contains(precision)
                ? new NoSuchPrecision(
                        row,
                        precision,
                        "%s has no matrix units for %s, so there is no such peak. %s"
                                .formatted(row.device(), precision.label(), found.rule()))
                : new NoFigure(
                        row,
                        precision,
                        "%s is known, but there is no sourced figure for its %s peak. %s"
                                .formatted(row.device(), precision.label(), found.rule()));
    }

    private static String rule(String name, Peak row, boolean shared, OptionalInt memoryMib) {
        String table = row.own() ? row.source() : "the peak table";
        return shared
                ? "\"%s\" is the full name of more than one card; with %s it is %s in %s."
                        .formatted(quotable(name), gib(memoryMib), row.device(), table)
                : "\"%s\" is %s in %s, matched by its full name.".formatted(quotable(name), row.device(), table);
    }

    private String unknownName(String name) {
        String why = DeviceName.whyNoCard(name).map(reason -> ": " + reason).orElse("");
        List<Peak> nearest = nearest(name);
        String near = nearest.isEmpty()
                ? ""
                : " Similar, but not the same: "
                        + nearest.stream().map(Peak::device).collect(Collectors.joining(", ")) + ".";
        return "\"%s\" is not in the peak table%s.%s".formatted(quotable(name), why, near);
    }

    private static String wrongMemory(String name, List<Peak> named, OptionalInt memoryMib) {
        String sizes = named.stream()
                .map(row -> "%s (%s GiB)"
                        .formatted(row.device(), plain(row.memoryGib().orElse(Double.NaN))))
                .collect(Collectors.joining(" and "));
        return memoryMib.isEmpty()
                ? "\"%s\" is the name of %s; its memory would show which one it is.".formatted(quotable(name), sizes)
                : ("\"%s\" is the name of %s, but this one has %s: it is a slice of such a card or a different card, "
                                + "whose peak is unknown.")
                        .formatted(quotable(name), sizes, gib(memoryMib));
    }

    /** Rows whose name has all words of the given one, as H100-PCIe has those of H100; otherwise the most alike. */
    private List<Peak> nearest(String name) {
        List<Peak> longer = rows.stream()
                .filter(row -> row.names().stream().anyMatch(other -> DeviceName.extendsName(other, name)))
                .toList();
        return longer.isEmpty() ? mostAlike(name) : longer;
    }

    private List<Peak> mostAlike(String name) {
        return rows.stream()
                .filter(row -> likeness(row, name) >= LEAST_LIKENESS)
                .sorted(Comparator.comparingDouble((Peak row) -> likeness(row, name))
                        .reversed())
                .limit(MOST_NEAREST)
                .toList();
    }

    private static double likeness(Peak row, String name) {
        return row.names().stream()
                .mapToDouble(other -> DeviceName.likeness(other, name))
                .max()
                .orElse(0);
    }

    private static String gib(OptionalInt memoryMib) {
        return plain(memoryMib.orElseThrow() / 1024.0) + " GiB";
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.format(Locale.ROOT, "%.1f", number);
    }

    private static String quotable(String name) {
        return name.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    }
}
