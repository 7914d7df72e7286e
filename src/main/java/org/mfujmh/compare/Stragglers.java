package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.mfujmh.compare.Siblings.Member;
import org.mfujmh.compare.Siblings.Standing;
import org.mfujmh.results.Entry;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.Direction;

/**
 * Finds devices that are slower than their siblings. All devices and measurements of a fleet are decided together, by
 * Holm: each is another chance of a false alarm.
 */
final class Stragglers {
    /** The chance that any of a fleet of equal devices is called a straggler. */
    private static final double LEVEL = 0.01;

    /** The variance of the median of many normal values, over that of their mean. */
    private static final double MEDIAN_TO_MEAN = Math.PI / 2;

    private Stragglers() {}

    /** One device against the others, before all are decided together. */
    private record Compared(
            String file, Interval value, int forks, double ratio, String fault, boolean below, OptionalDouble p) {
        Member decided(boolean slower) {
            return new Member(file, value, forks, ratio, standing(slower), fault);
        }

        private Standing standing(boolean slower) {
            if (!fault.isEmpty()) {
                return Standing.FAILED;
            }
            if (Double.isNaN(ratio)) {
                return Standing.ALONE;
            }
            if (!below) {
                return Standing.LEVEL;
            }
            return p.isEmpty() ? Standing.TOO_FEW : slower ? Standing.STRAGGLER : Standing.UNSURE;
        }
    }

    /**
     * @param threshold 0.03 finds devices 3 % below the others, as a ratio 1 / 1.03
     */
    static List<Siblings> in(
            List<Series> measurements, MetricLabel label, double threshold, Optional<Direction> asked) {
        List<List<Compared>> all = measurements.stream()
                .map(one -> compare(one.entries(), label, threshold, asked))
                .toList();
        List<Double> p = all.stream()
                .flatMap(List::stream)
                .flatMap(one -> one.p.stream().boxed())
                .toList();
        Iterator<Boolean> slower = Holm.of(p, LEVEL).rejected().iterator();
        List<Siblings> siblings = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            Series one = measurements.get(i);
            List<Member> members = all.get(i).stream()
                    .map(device -> device.decided(device.p.isPresent() && slower.next()))
                    .toList();
            siblings.add(new Siblings(one.identity(), unit(one.entries(), label), members, one.choices()));
        }
        return siblings;
    }

    private static String unit(Map<String, Entry> entries, MetricLabel label) {
        return label.of(entries.values().iterator().next()).orElseThrow().unit();
    }

    private static List<Compared> compare(
            Map<String, Entry> entries, MetricLabel label, double threshold, Optional<Direction> asked) {
        Direction direction = label.direction(entries.values().iterator().next(), asked);
        String unit = unit(entries, label);
        double floor = Floors.DEFAULT.of(label, unit);
        List<String> files = List.copyOf(entries.keySet());
        List<Sample> samples = entries.values().stream()
                .map(entry -> label.of(entry)
                        .flatMap(metric -> metric.in(unit))
                        .map(Sample::ofForks)
                        .orElse(Sample.ofForkMeans()))
                .toList();
        List<Compared> members = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            int own = i;
            Sample sample = samples.get(i);
            List<Sample> others = IntStream.range(0, samples.size())
                    .filter(other -> other != own)
                    .mapToObj(samples::get)
                    .filter(other -> Double.isFinite(other.mean()))
                    .toList();
            double median = medianOfMeans(others);
            double ratio = Change.ratio(median, sample.mean(), direction);
            String fault = fault(entries.get(files.get(i)), label, unit, sample);
            boolean below = ratio <= 1 / (1 + threshold) && Math.abs(sample.mean() - median) >= floor;
            OptionalDouble p = fault.isEmpty() ? pSlower(sample, others, direction) : OptionalDouble.empty();
            members.add(new Compared(files.get(i), sample.meanInterval(), sample.size(), ratio, fault, below, p));
        }
        return members;
    }

    private static String fault(Entry entry, MetricLabel label, String unit, Sample sample) {
        return InvalidRun.of(entry).orElseGet(() -> {
            String own = label.of(entry).orElseThrow().unit();
            if (sample.size() == 0 && !own.equals(unit)) {
                return "its unit is " + PlainText.of(own) + ", and that of the first file is " + PlainText.of(unit);
            }
            return Double.isFinite(sample.mean()) ? "" : label.name() + " is " + sample.mean();
        });
    }

    private static double medianOfMeans(List<Sample> samples) {
        return Siblings.median(samples.stream().mapToDouble(Sample::mean).toArray());
    }

    /**
     * One-sided p of "no slower than the median of the others", as in {@link Change} the larger of Welch's and
     * Student's. The noise of the median is that of forks of one device, since a straggler among the others must not hide
     * this one.
     *
     * @return empty with too few forks
     */
    private static OptionalDouble pSlower(Sample device, List<Sample> others, Direction direction) {
        boolean positive = device.isPositive() && others.stream().allMatch(Sample::isPositive);
        Sample own = positive ? device.log() : device;
        List<Sample> siblings = positive ? others.stream().map(Sample::log).toList() : others;
        List<Sample> spread =
                siblings.stream().filter(sample -> sample.size() > 1).toList();
        int degrees = spread.stream().mapToInt(sample -> sample.size() - 1).sum();
        if (own.size() < Sample.FEWEST_FORKS || degrees < Sample.FEWEST_FORKS - 1) {
            return OptionalDouble.empty();
        }
        double squares = spread.stream()
                .mapToDouble(sample -> (sample.size() - 1) * sample.variance())
                .sum();
        double inverseForks = siblings.stream()
                .mapToDouble(sample -> 1.0 / sample.size())
                .average()
                .orElseThrow();
        double share = (siblings.size() > 2 ? MEDIAN_TO_MEAN : 1) * inverseForks / siblings.size();
        double shift = direction.sign() * (own.mean() - medianOfMeans(siblings));
        double a = own.variance() / own.size();
        double b = squares / degrees * share;
        int all = own.size() - 1 + degrees;
        double pooled = ((own.size() - 1) * own.variance() + squares) / all;
        Change.Uncertainty welch = Change.Uncertainty.welch(a, own.size() - 1, b, degrees);
        Change.Uncertainty student = new Change.Uncertainty(Math.sqrt(pooled * (1.0 / own.size() + share)), all);
        return OptionalDouble.of(Math.max(welch.pBelow(shift), student.pBelow(shift)));
    }
}
