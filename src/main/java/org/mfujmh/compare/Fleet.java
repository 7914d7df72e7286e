package org.mfujmh.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.results.DeviceNames;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.RunProperty;

/**
 * Result files of many devices, one per device: which files are complete, and which devices are slower than others of
 * the same name.
 *
 * @param siblings each measurement, with all devices of the same name that have it
 * @param incomplete files that lack measurements which another file of the same kind of device has
 * @param otherBatches files that have a measurement at another batch than others of the same kind of device
 */
public record Fleet(
        MetricLabel metric, List<Siblings> siblings, List<Incomplete> incomplete, List<OtherBatch> otherBatches) {

    /**
     * @param device the kind of device, as the file names it
     * @param lacks the measurements that others of its kind have
     * @param of how many measurements the devices of this kind have in total
     */
    public record Incomplete(String file, String device, List<Identity> lacks, int of) {
        public Incomplete {
            lacks = List.copyOf(lacks);
        }
    }

    /**
     * @param own the measurement of this file
     * @param batches at which others have it
     */
    public record OtherBatch(String file, Identity own, List<String> batches) {
        public OtherBatch {
            batches = List.copyOf(batches);
        }
    }

    public Fleet {
        siblings = List.copyOf(siblings);
        incomplete = List.copyOf(incomplete);
        otherBatches = List.copyOf(otherBatches);
    }

    /**
     * @param files entries by file; each measurement appears at most once per file
     * @param threshold how far below its siblings a device counts as a straggler: 0.03 is 3 %
     * @throws BadInput if no entry has this metric
     */
    public static Fleet of(
            Map<String, List<Entry>> files, MetricLabel metric, double threshold, Optional<Direction> direction) {
        metric.requireIn(files.values().stream().flatMap(List::stream).toList());
        List<Series> measurements = Series.of(files, metric, (file, entry) -> isUnknown(entry) ? file : "").stream()
                .map(Fleet::named)
                .toList();
        Completeness completeness = new Completeness(measurements);
        return new Fleet(
                metric,
                Stragglers.in(measurements, metric, threshold, direction),
                completeness.incomplete(),
                completeness.otherBatches());
    }

    /** Unknown devices are not assumed to be of one kind: each stands alone. */
    private static boolean isUnknown(Entry entry) {
        return entry.property(RunProperty.DEVICE).filter(DeviceNames::isUnknown).isPresent();
    }

    private static Series named(Series series) {
        Map.Entry<String, Entry> first = series.entries().entrySet().iterator().next();
        Identity one = series.identity();
        return isUnknown(first.getValue())
                ? new Series(
                        new Identity(
                                one.benchmark(),
                                one.params(),
                                one.mode(),
                                one.threads(),
                                one.device() + " of " + first.getKey()),
                        series.entries(),
                        series.choices())
                : series;
    }

    /** Whether every file is complete, at the batches of the others, and no device failed or is a straggler. */
    public boolean isSound() {
        return incomplete.isEmpty()
                && otherBatches.isEmpty()
                && siblings.stream()
                        .flatMap(one -> one.members().stream())
                        .map(Siblings.Member::standing)
                        .noneMatch(standing ->
                                standing == Siblings.Standing.STRAGGLER || standing == Siblings.Standing.FAILED);
    }
}
