package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Places the labels of a roofline plot's ceilings where they cross neither each other nor another ceiling. */
final class CeilingLabels {
    /** Of the plot, in pixels. */
    private static final double HEIGHT = 300;

    private static final double LINE = 17;

    /** What a slanted ceiling rises beside a label to its right. */
    private static final double RISE = 60;

    private static final double TOWARDS_RIDGE = 2.0 / 3;

    private CeilingLabels() {}

    /**
     * @param ceilings both ends of each ceiling
     * @param bottom the smallest TFLOP/s of the logarithmic axis
     * @param top its largest
     * @return a label with its side for each ceiling that has room for one
     */
    static List<Map<String, Object>> of(List<Map<String, Object>> ceilings, double bottom, double top) {
        DoubleUnaryOperator down = tflops -> HEIGHT * Math.log(top / tflops) / Math.log(top / bottom);
        List<Map<String, Object>> flat = new ArrayList<>();
        List<Map<String, Object>> slanted = new ArrayList<>();
        for (int i = 0; i + 1 < ceilings.size(); i += 2) {
            Map<String, Object> begin = ceilings.get(i);
            Map<String, Object> end = ceilings.get(i + 1);
            if (number(begin, "tflops") == number(end, "tflops")) {
                flat.add(end);
            } else {
                slanted.add(Map.of(
                        "ceiling", end.get("ceiling"),
                        "intensity", between(begin, end, "intensity"),
                        "tflops", between(begin, end, "tflops")));
            }
        }
        List<Map<String, Object>> labels = new ArrayList<>();
        flat(flat, down, labels);
        slanted(slanted, down, labels);
        return labels;
    }

    /** Above its line, or below it if there is no room above. */
    private static void flat(
            List<Map<String, Object>> lines, DoubleUnaryOperator down, List<Map<String, Object>> labels) {
        lines.sort(Comparator.comparingDouble(line -> -number(line, "tflops")));
        List<Double> taken = new ArrayList<>();
        for (Map<String, Object> line : lines) {
            double y = down.applyAsDouble(number(line, "tflops"));
            for (String side : List.of("above", "below")) {
                double middle = side.equals("above") ? y - LINE / 2 : y + LINE / 2;
                boolean crossesLine = lines.stream()
                        .filter(other -> other != line)
                        .anyMatch(other -> Math.abs(down.applyAsDouble(number(other, "tflops")) - middle) < LINE / 2);
                if (!crossesLine && taken.stream().noneMatch(other -> Math.abs(other - middle) < LINE)) {
                    taken.add(middle);
                    labels.add(label(line, side));
                    break;
                }
            }
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
