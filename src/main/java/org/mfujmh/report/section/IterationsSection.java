package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.NumberFormat;

/** The values of the iterations in order: shows whether warm-up was long enough and whether the machine drifts. */
public final class IterationsSection {
    private static final String ID = "iterations";
    private static final String TITLE = "Iterations over time";
    private static final int MOST_CHARTS = 12;
    private static final int MOST_POINTS = 600;
    private static final int MOST_LISTED = 40;

    /**
     * @param drift last value of the fork-averaged line divided by its first, minus 1
     */
    private record Course(Measured measured, MetricReading reading, double drift) {}

    private IterationsSection() {}

    public static Section of(List<Measured> all) {
        List<Course> courses = all.stream()
                .flatMap(one -> course(one).stream())
                .sorted(Comparator.comparingDouble((Course one) -> Math.abs(one.drift))
                        .reversed())
                .toList();
        if (courses.isEmpty()) {
            return Section.absent(ID, TITLE, "No measurement has more than one iteration per fork.");
        }
        List<Chart> charts = new ArrayList<>();
        for (Course course : courses.subList(0, Math.min(MOST_CHARTS, courses.size()))) {
            charts.add(chart(course, charts.size() + 1));
        }
        String more = courses.size() > MOST_CHARTS
                ? String.format(
                        Locale.ROOT,
                        " The charts show the %d of %,d measurements that drift most; the table has all of them.",
                        MOST_CHARTS,
                        courses.size())
                : "";
        return new Section(
                ID,
                TITLE,
                message(courses.get(0)) + more,
                charts,
                Optional.of(table(courses)),
                List.of(
                        "Each thin line is a fork (a separate process); the thick line is their mean at each "
                                + "iteration. JMH does not record the warm-up iterations: a rise at the left means "
                                + "that there were too few.",
                        "drift = mean over forks of the last iteration / mean of the first iteration, minus 1."));
    }

    private static Optional<Course> course(Measured measured) {
        return measured.reading(measured.mainMetric()).flatMap(reading -> {
            double drift = reading.drift();
            return Double.isFinite(drift) ? Optional.of(new Course(measured, reading, drift)) : Optional.empty();
        });
    }

    private static Chart chart(Course course, int number) {
        double[][] forks = course.reading.metric().rawData();
        String unit = course.reading.unit();
        int longest = Arrays.stream(forks).mapToInt(fork -> fork.length).max().orElseThrow();
        int step = Math.max(1, forks.length * longest / MOST_POINTS);
        List<Map<String, Object>> values = new ArrayList<>();
        for (int fork = 0; fork < forks.length; fork++) {
            for (int i = 0; i < forks[fork].length; i += step) {
                values.add(point(fork + 1, i, forks[fork][i], unit, course.measured));
            }
        }
        List<Map<String, Object>> means = new ArrayList<>();
        double[] meanLine = course.reading.iterationMeans();
        for (int i = 0; i < meanLine.length; i += step) {
            means.add(point(0, i, meanLine[i], unit, course.measured));
        }
        String message =
                course.measured.name() + ": " + change(course.drift) + " from the first to the last iteration.";
        return new Chart(
                ID + "-" + number,
                course.measured.name(),
                message,
                ChartTemplate.named("iterations")
                        .with("title", course.measured.name() + " (" + change(course.drift) + ")")
                        .with("xDomain", List.of(1, longest))
                        .with("y", unit)
                        .with("format", "~s")
                        .data("values", values)
                        .data("means", means)
                        .build());
    }

    private static Map<String, Object> point(int fork, int iteration, double value, String unit, Measured measured) {
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("fork", fork);
        point.put("iteration", iteration + 1);
        point.put("value", value);
        point.put("label", NumberFormat.of(value, unit) + " " + unit);
        point.put("origin", measured.origin());
        return point;
    }

    private static DataTable table(List<Course> courses) {
        DataTable.Builder table = new DataTable.Builder()
                .text("measurement")
                .number("fork", "")
                .number("fork mean", "")
                .number("drift", "share")
                .text("values of the iterations")
                .text("unit")
                .origin();
        for (Course course : courses) {
            double[][] forks = course.reading.metric().rawData();
            for (int fork = 0; fork < forks.length; fork++) {
                double[] values = forks[fork];
                String listed = Arrays.stream(values)
                        .limit(MOST_LISTED)
                        .mapToObj(value -> NumberFormat.of(value, course.reading.unit()))
                        .collect(Collectors.joining("  "));
                table.row()
                        .add(course.measured.name())
                        .add(fork + 1)
                        .add(Arrays.stream(values).average().orElse(Double.NaN))
                        .add(values[values.length - 1] / values[0] - 1)
                        .add(listed
                                + (values.length > MOST_LISTED
                                        ? " and " + (values.length - MOST_LISTED) + " more"
                                        : ""))
                        .add(course.reading.unit())
                        .origin(course.measured)
                        .end();
            }
        }
        return table.build();
    }

    private static String message(Course most) {
        return "The largest drift, from the first to the last iteration of a fork, is " + change(most.drift) + " ("
                + most.measured.name() + ").";
    }

    private static String change(double share) {
        return NumberFormat.change(1 + share);
    }
}
