package org.mfujmh.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.results.DeviceTitles;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.PlainText;
import org.mfujmh.schema.Direction;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * The entries of many files arranged in rows and columns: the entries of a row measure the same thing, and a column is
 * a file, or one value of a parameter or of a property of the machine.
 */
public final class Grid {
    private static final Pattern OURS =
            Pattern.compile("-D" + Pattern.quote(RunProperty.PREFIX) + "(\\w+)=.*", Pattern.DOTALL);

    /** The parameter that depends most on a device's memory. */
    static final String BATCH = PassParams.BATCH_SIZE;

    private final List<String> columns;
    private final List<GridLine> lines;
    private final List<String> differences;
    private final boolean ofBestBatches;

    /**
     * One measurement across the columns.
     *
     * @param identity the identity that the columns share
     * @param entries one per column, empty if it has none
     */
    public record GridLine(Identity identity, List<Optional<Entry>> entries) {
        boolean isShared() {
            return entries.stream().filter(Optional::isPresent).count() > 1;
        }
    }

    record Placed(String column, Entry entry) {}

    private Grid(List<Placed> placed, Set<String> dropped, boolean ofBestBatches) {
        this.ofBestBatches = ofBestBatches;
        this.columns = placed.stream().map(Placed::column).distinct().toList();
        Map<Identity, List<Optional<Entry>>> cells = new LinkedHashMap<>();
        for (Placed one : placed) {
            List<Optional<Entry>> line = cells.computeIfAbsent(
                    key(one.entry, dropped),
                    key -> new ArrayList<>(columns.stream()
                            .map(column -> Optional.<Entry>empty())
                            .toList()));
            line.set(columns.indexOf(one.column), Optional.of(one.entry));
        }
        List<GridLine> all = cells.entrySet().stream()
                .map(line -> new GridLine(line.getKey(), List.copyOf(line.getValue())))
                .toList();
        this.lines = ofBestBatches ? sharedFirst(all) : all;
        this.differences = differences(lines, columns);
    }

    private static List<GridLine> sharedFirst(List<GridLine> all) {
        return Stream.of(true, false)
                .flatMap(shared -> all.stream().filter(line -> line.isShared() == shared))
                .toList();
    }

    /**
     * @param files entries by the name of their file, in order
     * @param by the word "file", or a parameter or property such as {@code device}, {@code program}, {@code commit}
     * @param ignored parameters that do not distinguish rows
     * @param exact whether only equal batches share a row; otherwise, if each column is one of several devices, each is
     *     shown at the batch with the most tokens/s, since devices rarely run the same batch
     * @throws BadInput if two entries would share a cell, or no entry has this parameter or property
     */
    public static Grid of(Map<String, List<Entry>> files, String by, List<String> ignored, boolean exact) {
        List<Placed> placed = new ArrayList<>();
        DeviceTitles devices =
                new DeviceTitles(files.values().stream().flatMap(List::stream).toList());
        files.forEach((file, entries) -> {
            Identity.requireUnique(entries);
            entries.forEach(
                    entry -> placed.add(new Placed(by.equals("file") ? file : column(entry, by, devices), entry)));
        });
        if (!by.equals("file")
                && placed.stream().allMatch(one -> value(one.entry, by).isEmpty())) {
            throw new BadInput("No measurement has the parameter or property '" + PlainText.of(by) + "' for --by. "
                    + "Available: file, "
                    + String.join(", ", known(placed)) + ".");
        }
        Set<String> dropped = new LinkedHashSet<>(ignored);
        dropped.add(by);
        collision(placed, dropped).ifPresent(sentence -> {
            throw new BadInput(sentence);
        });
        if (!exact && !dropped.contains(BATCH) && BestBatches.arePossible(placed, devices)) {
            Set<String> withoutBatch = new LinkedHashSet<>(dropped);
            withoutBatch.add(BATCH);
            PassParams.HOW.stream()
                    .filter(parameter ->
                            !parameter.equals(PassParams.DTYPE) && isSettled(placed, withoutBatch, parameter))
                    .forEach(withoutBatch::add);
            Optional<List<Placed>> best = BestBatches.of(placed, entry -> key(entry, withoutBatch));
            if (best.isPresent()) {
                return new Grid(best.get(), withoutBatch, true);
            }
        }
        // Columns may differ in how they were measured, if each column used one way throughout.
        for (String parameter : PassParams.HOW) {
            dropped.add(parameter);
            if (collision(placed, dropped).isPresent()) {
                dropped.remove(parameter);
            }
        }
        return new Grid(placed, dropped, false);
    }

    /** Whether each column has a single value of a parameter for each measurement. */
    private static boolean isSettled(List<Placed> placed, Set<String> dropped, String parameter) {
        Set<String> without = new LinkedHashSet<>(dropped);
        without.add(parameter);
        Map<List<Object>, String> values = new HashMap<>();
        return placed.stream().allMatch(one -> {
            String value = one.entry.params().getOrDefault(parameter, "");
            String first = values.putIfAbsent(List.of(one.column, key(one.entry, without)), value);
            return first == null || first.equals(value);
        });
    }

    private static Identity key(Entry entry, Set<String> dropped) {
        SortedMap<String, String> params = new TreeMap<>(entry.params());
        params.keySet().removeAll(dropped);
        return new Identity(entry.benchmark(), params, entry.mode(), entry.threads(), "");
    }

    private static Optional<String> collision(List<Placed> placed, Set<String> dropped) {
        Map<List<Object>, Entry> taken = new HashMap<>();
        for (Placed one : placed) {
            Entry first = taken.putIfAbsent(List.of(one.column, key(one.entry, dropped)), one.entry);
            if (first != null) {
                return Optional.of(first.where() + " and " + one.entry.where() + " would share a cell in column "
                        + PlainText.of(one.column) + ". Choose other columns with --by, or fewer files.");
            }
        }
        return Optional.empty();
    }

    private static String column(Entry entry, String by, DeviceTitles devices) {
        return (by.equals(PassParams.DEVICE) ? devices.of(entry) : Optional.<String>empty())
                .or(() -> value(entry, by))
                .orElse("none");
    }

    private static Optional<String> value(Entry entry, String name) {
        return entry.property(RunProperty.PREFIX + name)
                .or(() -> Optional.ofNullable(entry.params().get(name)))
                .or(() -> name.equals(PassParams.LOGITS) && entry.pass().equals(Optional.of(PassId.FORWARD))
                        ? Optional.of(PassParams.DEFAULT_LOGITS)
                        : Optional.empty())
                .or(() -> entry.field(name));
    }

    private static Set<String> known(List<Placed> placed) {
        Set<String> names = new TreeSet<>();
        for (Placed one : placed) {
            one.entry.params().keySet().forEach(name -> names.add(PlainText.of(name)));
            one.entry.jvmArgs().stream()
                    .map(OURS::matcher)
                    .filter(Matcher::matches)
                    .forEach(arg -> names.add(arg.group(1)));
        }
        return names;
    }

    /** How the conditions of each column differ from the first column's, one sentence per column. */
    private static List<String> differences(List<GridLine> lines, List<String> columns) {
        List<String> sentences = new ArrayList<>();
        for (int i = 1; i < columns.size(); i++) {
            ConditionChanges changes = new ConditionChanges();
            for (GridLine line : lines) {
                Optional<Entry> first = line.entries.get(0);
                Optional<Entry> other = line.entries.get(i);
                if (first.isPresent() && other.isPresent()) {
                    changes.add(other.get(), Difference.between(first.get(), other.get()));
                }
            }
            List<String> found = changes.sentences();
            if (!found.isEmpty()) {
                String all = found.stream().limit(12).collect(Collectors.joining("; "));
                sentences.add(columns.get(i) + " compared with " + columns.get(0) + ": " + all
                        + (found.size() > 12 ? "; and " + (found.size() - 12) + " more" : "") + ".");
            }
        }
        return sentences;
    }

    public List<String> columns() {
        return columns;
    }

    public List<GridLine> lines() {
        return lines;
    }

    /** Whether each column is shown at its best batch, which may differ between cells. */
    public boolean isOfBestBatches() {
        return ofBestBatches;
    }

    List<String> differences() {
        return differences;
    }

    /** All entries, row by row. */
    public List<Entry> entries() {
        return lines.stream()
                .flatMap(line -> line.entries.stream())
                .flatMap(Optional::stream)
                .toList();
    }

    /** The matrix of one metric. */
    public Matrix matrix(MetricLabel metric, Matrix.Reference reference, Optional<Direction> direction) {
        return Matrix.of(metric, this, reference, direction);
    }
}
