package org.mfujmh.report.chart;

import java.util.ArrayList;
import java.util.List;

/** Where the lines of an axis are drawn. */
public final class Ticks {
    private static final double MANY_DECADES = 1e3;

    private Ticks() {}

    /** 1, 2, 5 of each power of ten that the values reach into; powers of ten alone where they span many. */
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
