package org.mfujmh.report.section;

import java.util.List;
import java.util.function.Function;
import org.mfujmh.report.measured.Measured;

/**
 * The row and colour of a measurement in a chart. For one file, colours are passes; for several, devices or files. If
 * that needs too many colours, each measurement has its own row.
 */
record Layout(Function<Measured, String> row, Function<Measured, String> series) {
    private static final int MOST_COLOURS = 7;

    static Layout of(List<Measured> all) {
        Layout layout = count(all, Measured::file) > 1
                ? new Layout(Measured::subject, byDevice(all) ? Measured::device : Measured::file)
                : new Layout(one -> one.setting().isEmpty() ? one.passName() : one.setting(), Measured::passName);
        return count(all, layout.series) <= MOST_COLOURS && isUnique(all, layout)
                ? layout
                : new Layout(Measured::name, one -> "");
    }

    private static boolean byDevice(List<Measured> all) {
        return count(all, Measured::device) > 1 && isUnique(all, new Layout(Measured::subject, Measured::device));
    }

    private static boolean isUnique(List<Measured> all, Layout layout) {
        return count(all, one -> List.of(layout.row.apply(one), layout.series.apply(one))) == all.size();
    }

    private static long count(List<Measured> all, Function<Measured, ?> what) {
        return all.stream().map(what).distinct().count();
    }
}
