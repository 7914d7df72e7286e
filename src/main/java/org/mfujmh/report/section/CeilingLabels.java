package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/** Places the labels of a roofline plot's ceilings where they cross neither each other, nor another ceiling or a mark. */
final class CeilingLabels {
    /** Of the plot, in pixels. */
    private static final double HEIGHT = 300;

    private static final double LINE = 17;

    /** What a slanted ceiling rises beside a label to its right. */
    private static final double RISE = 60;

    private static final double TOWARDS_RIDGE = 2.0 / 3;

    /** What a flat ceiling's label takes of the plot's width at the most. */
    private static final double LABEL = 0.4;

    /** Half of a mark, and its distance from a label. */
    private static final double MARK = 8;

    private CeilingLabels() {}

    /**
     * The ranges of the logarithmic axes.
     *
     * @param left FLOPs per byte, the smallest
     * @param right the largest
     * @param bottom TFLOP/s, the smallest
     * @param top the largest
     */
    record Plot(double left, double right, double bottom, double top) {
        /** Pixels from the top. */
        double down(double tflops) {
            return HEIGHT * Math.log(top / tflops) / Math.log(top / bottom);
        }

        /** The share of the width that lies to the left. */
        double across(double intensity) {
            return Math.log(intensity / left) / Math.log(right / left);
        }
    }

    /** Where the label of a flat ceiling may be; the first that is free is taken. */
    private enum Place {
        ABOVE("above", -LINE / 2, false),
        BELOW("below", LINE / 2, false),
        ABOVE_LEFT("above left", -LINE / 2, true),
        BELOW_LEFT("below left", LINE / 2, true);

        private final String side;
        private final double middle;
        private final boolean left;

        Place(String side, double middle, boolean left) {
            this.side = side;
            this.middle = middle;
            this.left = left;
        }

        boolean hides(Map<String, Object> mark, double y, Plot plot) {
            double across = plot.across(number(mark, "intensity"));
            return (left ? across < LABEL : across > 1 - LABEL)
                    && Math.abs(plot.down(number(mark, "value")) - y - middle) < LINE / 2 + MARK;
        }
    }

    /**
     * @param ceilings both ends of each ceiling
     * @param marks what else is drawn, with its intensity and value
     * @return a label with its side for each ceiling that has room for one
     */
    static List<Map<String, Object>> of(
            List<Map<String, Object>> ceilings, List<Map<String, Object>> marks, Plot plot) {
        List<List<Map<String, Object>>> flat = new ArrayList<>();
        List<Map<String, Object>> slanted = new ArrayList<>();
        double firstRidge = 1;
        for (int i = 0; i + 1 < ceilings.size(); i += 2) {
            Map<String, Object> begin = ceilings.get(i);
            Map<String, Object> end = ceilings.get(i + 1);
            if (number(begin, "tflops") == number(end, "tflops")) {
                flat.add(List.of(begin, end));
            } else {
                firstRidge = Math.min(firstRidge, plot.across(number(end, "intensity")));
                slanted.add(Map.of(
                        "ceiling", end.get("ceiling"),
                        "intensity", between(begin, end, "intensity"),
                        "tflops", between(begin, end, "tflops")));
            }
        }
        List<Map<String, Object>> labels = new ArrayList<>();
        flat(flat, marks, firstRidge, plot, labels);
        slanted(slanted, plot::down, labels);
        return labels;
    }

    /**
     * Above its line or below it, at its right end or, where no slanted ceiling passes, at its left; rather over a mark
     * than nowhere.
     */
    private static void flat(
            List<List<Map<String, Object>>> lines,
            List<Map<String, Object>> marks,
            double firstRidge,
            Plot plot,
            List<Map<String, Object>> labels) {
        lines.sort(Comparator.comparingDouble(line -> -number(line.get(0), "tflops")));
        List<Double> taken = new ArrayList<>();
        for (List<Map<String, Object>> line : lines) {
            double y = plot.down(number(line.get(0), "tflops"));
            List<Place> free = Stream.of(Place.values())
                    .filter(place -> !place.left || firstRidge > LABEL)
                    .filter(place -> taken.stream().noneMatch(other -> Math.abs(other - y - place.middle) < LINE))
                    .filter(place -> lines.stream()
                            .filter(other -> other != line)
                            .map(other -> plot.down(number(other.get(0), "tflops")))
                            .noneMatch(other -> Math.abs(other - y - place.middle) < LINE / 2))
                    .toList();
            free.stream()
                    .filter(place -> marks.stream().noneMatch(mark -> place.hides(mark, y, plot)))
                    .findFirst()
                    .or(() -> free.stream().findFirst())
                    .ifPresent(place -> {
                        taken.add(y + place.middle);
                        labels.add(label(line.get(place.left ? 0 : 1), place.side));
                    });
        }
    }

    /** The highest has its label to its left, the others to their right if the next is far enough below. */
    private static void slanted(
            List<Map<String, Object>> lines, DoubleUnaryOperator down, List<Map<String, Object>> labels) {
        lines.sort(Comparator.comparingDouble(line -> -number(line, "tflops") / number(line, "intensity")));
        for (int i = 0; i < lines.size(); i++) {
            Map<String, Object> line = lines.get(i);
            double bandwidth = number(line, "tflops") / number(line, "intensity");
            boolean hasRoom = i + 1 == lines.size();
            if (!hasRoom) {
                Map<String, Object> next = lines.get(i + 1);
                double below = number(next, "tflops") / number(next, "intensity");
                hasRoom = down.applyAsDouble(below) - down.applyAsDouble(bandwidth) > LINE + RISE;
            }
            if (i == 0 || hasRoom) {
                labels.add(label(line, i == 0 ? "left" : "right"));
            }
        }
    }

    private static Map<String, Object> label(Map<String, Object> line, String side) {
        return Map.of(
                "ceiling", line.get("ceiling"),
                "intensity", line.get("intensity"),
                "tflops", line.get("tflops"),
                "side", side);
    }

    /** On a logarithmic axis. */
    private static double between(Map<String, Object> begin, Map<String, Object> end, String field) {
        return Math.pow(number(begin, field), 1 - TOWARDS_RIDGE) * Math.pow(number(end, field), TOWARDS_RIDGE);
    }

    private static double number(Map<String, Object> map, String field) {
        return ((Number) map.get(field)).doubleValue();
    }
}
