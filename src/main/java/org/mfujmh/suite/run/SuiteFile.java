package org.mfujmh.suite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.device.Device;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;

/**
 * The result file of a run, with its entries; the file is rewritten after each combination, and keeps what other runs,
 * perhaps on other hosts, have written to it meanwhile. Only the suite's own thread changes it; {@link #entries} may be
 * called while the process is ending.
 */
public final class SuiteFile {
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'");

    /** Bytes within which an entry never fits. */
    private static final int SHORT = 64;

    private final Path path;
    private final Set<Combination> measured = new HashSet<>();
    private Conditions conditions = entry -> Optional.empty();
    private boolean replaces;
    private final List<String> notes = new ArrayList<>();
    private volatile List<Entry> entries;

    /** What a run asks of an entry that it did not measure. */
    private interface Conditions {
        /** How an entry differs from this run's conditions; empty if the run does not ask for it. */
        Optional<String> differences(Entry entry);
    }

    private SuiteFile(Path path, boolean replaces, List<Entry> entries) {
        this.path = path;
        this.replaces = replaces;
        this.entries = List.copyOf(entries);
    }

    /** A new file without entries, which replaces one that is there. @throws BadInput if it cannot be written */
    public static SuiteFile empty(Path path) {
        requireWritable(path);
        return new SuiteFile(path, true, List.of());
    }

    /**
     * A file to resume, with its entries; empty if it does not exist or has none. Of one result that it has several times
     * the last is kept.
     *
     * @throws BadInput if it cannot be written, or is not a result file
     */
    public static SuiteFile resumed(Path path) {
        requireWritable(path);
        List<Entry> all = hasEntries(path) ? ResultFile.read(path) : List.of();
        SuiteFile resumed = new SuiteFile(path, false, lastOfEach(all));
        int several = all.size() - resumed.entries.size();
        if (several > 0) {
            resumed.notes.add(several + (several == 1 ? " result stands" : " results stand")
                    + " in that file a second time; the last of each is kept.");
        }
        return resumed;
    }

    private static List<Entry> lastOfEach(List<Entry> all) {
        Map<Identity, Entry> last = new LinkedHashMap<>();
        all.forEach(entry -> last.put(Identity.of(entry), entry));
        return List.copyOf(last.values());
    }

    /** Another program, or a full disk, may have left an empty file. */
    private static boolean hasEntries(Path path) {
        try {
            return Files.exists(path)
                    && (Files.size(path) > SHORT
                            || !new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                                    .strip()
                                    .matches("(\\[\\s*])?"));
        } catch (IOException unreadable) {
            return true; // reading it says why
        }
    }

    /** Notes about what a file to resume has, as sentences. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The default result file: {@code results/DEVICE/TIME.json}. */
    public static Path newPath(Device device) {
        return Path.of(
                "results", device.slug(), LocalDateTime.now(ZoneOffset.UTC).format(FILE_TIME) + ".json");
    }

    public Path path() {
        return path;
    }

    public List<Entry> entries() {
        return entries;
    }

    public boolean holds(Combination combination) {
        return entries.stream().anyMatch(combination::isOf);
    }

    /**
     * Adds a result, replacing one of the same combination, and writes the file, with what other runs have added to it
     * since.
     *
     * @throws BadInput after that, if another run has added results of this run's combinations that were measured under
     *     other conditions
     */
    public void put(Combination combination, Entry entry) {
        measured.add(combination);
        List<Entry> more = new ArrayList<>(entries);
        more.removeIf(combination::isOf);
        more.add(entry);
        Optional<String> unlike = replaces ? Optional.empty() : addThoseOfOthers(more);
        ResultFile.write(path, more);
        replaces = false;
        entries = List.copyOf(more);
        unlike.ifPresent(text -> {
            throw new BadInput("Another run has written to " + path + " meanwhile, under different conditions (" + text
                    + "), so its results and new ones would not be comparable. The file has the results of both. Give "
                    + "each run a file of its own.");
        });
    }

    /**
     * Adds what is in the file by now. A combination that this run has measured is its own, unless the other's result
     * was measured under other conditions.
     *
     * @return how one of them differs from this run's conditions
     */
    private Optional<String> addThoseOfOthers(List<Entry> own) {
        Set<String> known = entries.stream().map(Entry::json).collect(Collectors.toSet());
        Optional<String> unlike = Optional.empty();
        for (Entry other : inTheFile()) {
            if (known.contains(other.json())) {
                continue;
            }
            Optional<String> differences = conditions.differences(other);
            boolean alike = differences.filter(text -> !text.isEmpty()).isEmpty();
            if (!alike) {
                unlike = differences;
                own.add(other);
            } else if (measured.stream().noneMatch(one -> one.isOf(other))
                    && (differences.isEmpty() || CombinationRun.missing(other).isEmpty())) {
                own.removeIf(earlier -> Identity.of(earlier).equals(Identity.of(other)));
                own.add(other);
            }
        }
        return unlike;
    }

    private List<Entry> inTheFile() {
        try {
            return Files.exists(path) ? lastOfEach(ResultFile.read(path)) : List.of();
        } catch (BadInput notAResultFile) {
            return List.of(); // it was one when this run started, and will be one again
        }
    }

    /**
     * Rejects the file if it has a combination that was measured under different conditions; drops incomplete results,
     * so that they are measured again.
     *
     * @param differences describes how an earlier result differs from this run's conditions
     * @throws BadInput with a message about the differences
     */
    public void requireAlike(
            List<Combination> combinations, Function<Combination, Function<Entry, String>> differences) {
        conditions = entry -> combinations.stream()
                .filter(combination -> combination.isOf(entry))
                .findFirst()
                .map(combination -> differences.apply(combination).apply(entry));
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            Optional<String> text = conditions.differences(entry);
            if (text.filter(some -> !some.isEmpty()).isPresent()) {
                throw new BadInput("--resume refuses " + path + ": it was measured under different "
                        + "conditions (" + text.get() + "), so its results and new ones would not be comparable. "
                        + "Write a new file instead.");
            }
            if (text.isEmpty() || CombinationRun.missing(entry).isEmpty()) {
                kept.add(entry);
            }
        }
        entries = List.copyOf(kept);
    }

    private static void requireWritable(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInput("-rff " + file + " is a folder. Name a file in it.");
        }
        try {
            // The folder is made with the first result, so that a run without one leaves none.
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
            while (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
                folder = Optional.ofNullable(folder.getParent()).orElseThrow();
            }
            Files.delete(Files.createTempFile(folder, ".mfu", ".probe"));
        } catch (IOException e) {
            throw new BadInput(
                    "The results cannot be written to " + file + " ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "). Choose another path with -rff FILE.",
                    e);
        }
    }
}
