package org.mfujmh.report.chart;

import java.util.ArrayList;
import java.util.List;

/** Chooses the tick values of an axis. */
public final class Ticks {
    private static final double MANY_DECADES = 1e3;

    private Ticks() {}

    /** 1, 2 and 5 times each power of ten in the range; only powers of ten if the range spans many. */
    public static List<Double> logarithmic(double smallest, double largest) {
        List<Integer> steps = largest / smallest > MANY_DECADES ? List.of(1) : List.of(1, 2, 5);
        List<Double> ticks = new ArrayList<>();
        int last = (int) Math.ceil(Math.log10(largest));
        for (int power = (int) Math.floor(Math.log10(smallest)); power <= last; power++) {
            for (int step : steps) {
                ticks.add(Double.parseDouble(step + "e" + power));
            }
        }
        return ticks;
    }
}
