package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mfujmh.results.Identity;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** Which files of a fleet have all the measurements that others of the same kind of device have. */
final class Completeness {
    private final Map<Identity, Set<String>> filesOf = new LinkedHashMap<>();
    private final List<Fleet.Incomplete> incomplete = new ArrayList<>();
    private final List<Fleet.OtherBatch> otherBatches = new ArrayList<>();

    Completeness(List<Series> measurements) {
        measurements.forEach(one -> filesOf.computeIfAbsent(
                        without(one.identity(), RunProperty.PEAK_TFLOPS.key()), identity -> new LinkedHashSet<>())
                .addAll(one.entries().keySet()));
        Map<String, Set<String>> filesOfDevice = new LinkedHashMap<>();
        filesOf.forEach((identity, files) -> filesOfDevice
                .computeIfAbsent(identity.device(), device -> new LinkedHashSet<>())
                .addAll(files));
        filesOfDevice.forEach((device, files) -> files.forEach(file -> judge(file, device)));
    }

    private void judge(String file, String device) {
        List<Identity> all = filesOf.keySet().stream()
                .filter(identity -> identity.device().equals(device))
                .toList();
        List<Identity> lacks = new ArrayList<>();
        Map<Identity, Set<String>> batches = new LinkedHashMap<>();
        all.stream().filter(one -> !filesOf.get(one).contains(file)).forEach(lacked -> {
            // Of another suite's many measurements none has a batch: no need to compare each with each.
            List<Identity> instead = !lacked.params().containsKey(PassParams.BATCH_SIZE)
                    ? List.of()
                    : all.stream()
                            .filter(own -> isAnotherBatch(file, own, lacked))
                            .toList();
            if (instead.isEmpty()) {
                lacks.add(lacked);
            }
            instead.forEach(own -> batches.computeIfAbsent(own, one -> new LinkedHashSet<>())
                    .add(lacked.params().get(PassParams.BATCH_SIZE)));
        });
        batches.forEach((own, others) -> otherBatches.add(new Fleet.OtherBatch(file, own, List.copyOf(others))));
        if (!lacks.isEmpty()) {
            long of =
                    all.stream().filter(one -> filesOf.get(one).contains(file)).count() + lacks.size();
            incomplete.add(new Fleet.Incomplete(file, device, lacks, (int) of));
        }
    }

    /** Whether the file has one measurement at another batch in place of the lacked one: no file has both. */
    private boolean isAnotherBatch(String file, Identity own, Identity lacked) {
        return filesOf.get(own).contains(file)
                && own.params().containsKey(PassParams.BATCH_SIZE)
                && without(own, PassParams.BATCH_SIZE).equals(without(lacked, PassParams.BATCH_SIZE))
                && Collections.disjoint(filesOf.get(own), filesOf.get(lacked));
    }

    private static Identity without(Identity one, String param) {
        SortedMap<String, String> params = new TreeMap<>(one.params());
        params.remove(param);
        return new Identity(one.benchmark(), params, one.mode(), one.threads(), one.device());
    }

    List<Fleet.Incomplete> incomplete() {
        return incomplete;
    }

    List<Fleet.OtherBatch> otherBatches() {
        return otherBatches;
    }
}
