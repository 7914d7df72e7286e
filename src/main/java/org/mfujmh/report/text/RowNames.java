package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mfujmh.results.Identity;
import org.mfujmh.schema.PassParams;

/**
 * Short names for the measurements of one table: the benchmark and the parameters that distinguish the rows. Parameters
 * common to all rows are shown once.
 *
 * @param names one per row
 * @param common the parameters that all rows share, such as {@code dtype=bf16 seqLen=1024}; may be empty
 */
record RowNames(List<String> names, String common) {

    static RowNames of(List<Identity> rows) {
        Map<String, String> benchmarks =
                shortened(rows.stream().map(Identity::benchmark).collect(Collectors.toCollection(TreeSet::new)));
        List<Map<String, String>> conditions =
                rows.stream().map(RowNames::conditions).toList();
        Set<String> keys = new TreeSet<>();
        conditions.forEach(one -> keys.addAll(one.keySet()));
        Map<String, String> common = new TreeMap<>();
        for (String key : keys) {
            List<String> values = conditions.stream()
                    .map(one -> one.getOrDefault(key, ""))
                    .distinct()
                    .toList();
            if (values.size() == 1) {
                common.put(key, values.get(0));
            }
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Map<String, String> own = new LinkedHashMap<>(conditions.get(i));
            own.keySet().removeAll(common.keySet());
            names.add((benchmarks.get(rows.get(i).benchmark()) + " " + words(own)).strip());
        }
        return new RowNames(List.copyOf(names), words(common));
    }

    private static Map<String, String> conditions(Identity identity) {
        Map<String, String> conditions = new LinkedHashMap<>();
        // The model comes first.
        if (identity.params().containsKey(PassParams.MODEL)) {
            conditions.put(PassParams.MODEL, identity.params().get(PassParams.MODEL));
        }
        conditions.putAll(identity.params());
        conditions.put("mode", identity.mode());
        if (identity.threads() != 1) {
            conditions.put("jmhThreads", Integer.toString(identity.threads()));
        }
        if (!identity.device().isEmpty()) {
            conditions.put("on", identity.device());
        }
        return conditions;
    }

    /** {@code a=1 b=2}. */
    static String words(Map<String, String> conditions) {
        return conditions.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(" "));
    }

    /** Class and method without the package, if these are still unique. */
    private static Map<String, String> shortened(Collection<String> benchmarks) {
        Map<String, String> names = new TreeMap<>();
        for (String benchmark : benchmarks) {
            int method = benchmark.lastIndexOf('.');
            int type = benchmark.lastIndexOf('.', method - 1);
            names.put(benchmark, benchmark.substring(type + 1));
        }
        boolean distinct = Set.copyOf(names.values()).size() == names.size();
        return distinct ? names : benchmarks.stream().collect(Collectors.toMap(name -> name, name -> name));
    }
}
