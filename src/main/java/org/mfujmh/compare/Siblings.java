package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.schema.Direction;

/**
 * One measurement on several devices of the same name, and how each compares with the others. The slowest card of a
 * fleet limits the speed of a distributed job.
 *
 * @param identity the same for all
 * @param unit of their values
 * @param members one per file, in the order of the files
 */
public record Siblings(Identity identity, String unit, List<Member> members) {

    /** How a device compares with the median of the others. */
    public enum Standing {
        /** Less than the threshold below the median. */
        LEVEL,
        /**
         * Below the median by the threshold or more, but its 99 % interval reaches the median, so noise may explain it.
         */
        UNSURE,
        /** Below the median by the threshold or more, and its 99 % interval does not reach the median. */
        STRAGGLER,
        /** There is no other device, or no value. */
        ALONE
    }

    /**
     * @param value mean over forks, with its 99 % interval
     * @param forks number of forks
     * @param ratio to the median of the others; above 1 is better; NaN if there are no others
     */
    public record Member(String file, Interval value, int forks, double ratio, Standing standing) {}

    public Siblings {
        members = List.copyOf(members);
    }

    /**
     * @param entries entries of one identity, by file
     * @param threshold 0.03 finds devices 3 % below the others, as a ratio 1 / 1.03
     */
    static Siblings of(Map<String, Entry> entries, MetricLabel label, double threshold, Optional<Direction> asked) {
        Entry first = entries.values().iterator().next();
        Direction direction = label.direction(first, asked);
        String unit = label.of(first).orElseThrow().unit();
        double floor = Floors.DEFAULT.of(label, unit);
        List<String> files = new ArrayList<>(entries.keySet());
        List<Sample> samples = entries.values().stream()
                .map(entry -> label.of(entry)
                        .flatMap(metric -> metric.in(unit))
                        .map(Sample::ofForks)
                        .orElse(Sample.ofForkMeans()))
                .toList();
        double[] values = samples.stream().mapToDouble(Sample::mean).toArray();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Interval value = samples.get(i).meanInterval();
            double others = medianWithout(values, i);
            double ratio = Change.ratio(others, value.estimate(), direction);
            double end = direction == Direction.HIGHER_IS_BETTER ? value.high() : Math.max(value.low(), 0);
            double best = Change.ratio(others, end, direction);
            Standing standing =
                    Math.abs(value.estimate() - others) < floor ? Standing.LEVEL : standing(ratio, best, threshold);
            members.add(new Member(files.get(i), value, samples.get(i).size(), ratio, standing));
        }
        return new Siblings(Identity.of(first), unit, members);
    }

    /**
     * @param best the better end of the interval, as a ratio to the others; NaN without an interval
     */
    private static Standing standing(double ratio, double best, double threshold) {
        if (Double.isNaN(ratio)) {
            return Standing.ALONE;
        }
        if (ratio > 1 / (1 + threshold)) {
            return Standing.LEVEL;
        }
        return best < 1 ? Standing.STRAGGLER : Standing.UNSURE;
    }

    private static double medianWithout(double[] values, int left) {
        double[] others = new double[values.length - 1];
        System.arraycopy(values, 0, others, 0, left);
        System.arraycopy(values, left + 1, others, left, others.length - left);
        return median(Arrays.stream(others).filter(Double::isFinite).toArray());
    }

    /** The median of all members; NaN if none has a value. */
    public double median() {
        return median(members.stream()
                .mapToDouble(member -> member.value.estimate())
                .filter(Double::isFinite)
                .toArray());
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
