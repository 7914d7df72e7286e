package org.mfujmh.suite.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.device.Device;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.suite.plan.Combination;

/**
 * The result file of a run, with its entries; the file is rewritten after each combination. Only the suite's own thread
 * changes it; {@link #entries} may be called while the process is ending.
 */
public final class SuiteFile {
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'");

    private final Path path;
    private volatile List<Entry> entries;

    private SuiteFile(Path path, List<Entry> entries) {
        this.path = path;
        this.entries = List.copyOf(entries);
    }

    /** A new file without entries. @throws BadInput if it cannot be written */
    public static SuiteFile empty(Path path) {
        requireWritable(path);
        return new SuiteFile(path, List.of());
    }

    /**
     * A file to resume, with its entries; empty if it does not exist.
     *
     * @throws BadInput if it cannot be written, or is not a result file
     */
    public static SuiteFile resumed(Path path) {
        requireWritable(path);
        return new SuiteFile(path, Files.exists(path) ? ResultFile.read(path) : List.of());
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

    /** Adds a result, replacing one of the same combination, and writes the file. */
    public void put(Combination combination, Entry entry) {
        List<Entry> more = new ArrayList<>(entries);
        more.removeIf(combination::isOf);
        more.add(entry);
        ResultFile.write(path, more);
        entries = List.copyOf(more);
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
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            Optional<Combination> asked = combinations.stream()
                    .filter(combination -> combination.isOf(entry))
                    .findFirst();
            asked.map(combination -> differences.apply(combination).apply(entry))
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> {
                        throw new BadInput("--resume refuses " + path + ": it was measured under different "
                                + "conditions (" + text + "), so its results and new ones would not be comparable. "
                                + "Write a new file instead.");
                    });
            if (asked.isEmpty() || CombinationRun.missing(entry).isEmpty()) {
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
            Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
            Files.createDirectories(folder);
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
