package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 */
public record Fleet(MetricLabel metric, List<Siblings> siblings, List<Incomplete> incomplete) {

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

    public Fleet {
        siblings = List.copyOf(siblings);
        incomplete = List.copyOf(incomplete);
    }

    /**
     * @param files entries by file; each measurement appears at most once per file
     * @param threshold how far below its siblings a device counts as a straggler: 0.03 is 3 %
     * @throws BadInput if no entry has this metric
     */
    public static Fleet of(
            Map<String, List<Entry>> files, MetricLabel metric, double threshold, Optional<Direction> direction) {
        metric.requireIn(files.values().stream().flatMap(List::stream).toList());
        Map<Identity, Map<String, Entry>> measurements = new LinkedHashMap<>();
        files.forEach((file, entries) -> entries.stream()
                .filter(entry -> metric.of(entry).isPresent())
                .forEach(entry -> measurements
                        .computeIfAbsent(identity(file, entry), identity -> new LinkedHashMap<>())
                        .put(file, entry)));
        List<Siblings> siblings = measurements.values().stream()
                .map(entries -> Siblings.of(entries, metric, threshold, direction))
                .toList();
        return new Fleet(metric, siblings, incomplete(measurements));
    }

    /** Unknown devices are not assumed to be of one kind: each stands alone. */
    private static Identity identity(String file, Entry entry) {
        Identity one = Identity.of(entry);
        return entry.property(RunProperty.DEVICE).filter(DeviceNames::isUnknown).isEmpty()
                ? one
                : new Identity(one.benchmark(), one.params(), one.mode(), one.threads(), one.device() + " of " + file);
    }

    private static List<Incomplete> incomplete(Map<Identity, Map<String, Entry>> measurements) {
        Map<String, Set<Identity>> all = new LinkedHashMap<>();
        Map<String, Set<String>> filesOf = new LinkedHashMap<>();
        measurements.forEach((identity, entries) -> {
            all.computeIfAbsent(identity.device(), device -> new LinkedHashSet<>())
                    .add(identity);
            filesOf.computeIfAbsent(identity.device(), device -> new LinkedHashSet<>())
                    .addAll(entries.keySet());
        });
        List<Incomplete> incomplete = new ArrayList<>();
        filesOf.forEach((device, files) -> files.forEach(file -> {
            List<Identity> lacks = all.get(device).stream()
                    .filter(identity -> !measurements.get(identity).containsKey(file))
                    .toList();
            if (!lacks.isEmpty()) {
                incomplete.add(
                        new Incomplete(file, device, lacks, all.get(device).size()));
            }
        }));
        return incomplete;
    }

    /** Whether every file is complete and no device is a straggler. */
    public boolean isSound() {
        return incomplete.isEmpty()
                && siblings.stream()
                        .flatMap(one -> one.members().stream())
                        .noneMatch(member -> member.standing() == Siblings.Standing.STRAGGLER);
    }
}
