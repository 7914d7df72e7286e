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
 * The result file of a run, rewritten whole after each combination, and what it holds so far. Only
 * the suite's own thread changes it; {@link #entries} may be asked for while the process is ending.
 */
public final class SuiteFile {
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'");

    private final Path path;
    private volatile List<Entry> entries;

    private SuiteFile(Path path, List<Entry> entries) {
        this.path = path;
        this.entries = List.copyOf(entries);
    }

    /** A file that holds nothing yet. @throws BadInput where it could not be written */
    public static SuiteFile empty(Path path) {
        requireWritable(path);
        return new SuiteFile(path, List.of());
    }

    /**
     * A file to go on with: all that it holds, or nothing where it does not exist.
     *
     * @throws BadInput where it cannot be written, or is no result file
     */
    public static SuiteFile resumed(Path path) {
        requireWritable(path);
        return new SuiteFile(path, Files.exists(path) ? ResultFile.read(path) : List.of());
    }

    /** Where results go that nobody gave a file: {@code results/DEVICE/TIME.json}. */
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

    /** Adds a result, in the place of one of the same combination, and puts the whole file on disk. */
    public void put(Combination combination, Entry entry) {
        List<Entry> more = new ArrayList<>(entries);
        more.removeIf(combination::isOf);
        more.add(entry);
        ResultFile.write(path, more);
        entries = List.copyOf(more);
    }

    /**
     * Refuses the file where a combination that it holds was measured otherwise than it would be now;
     * lets go of results that are not complete, so that they are measured again.
     *
     * @param differences of an earlier result from what this run would do, in words
     * @throws BadInput saying how they differ
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
                        throw new BadInput("--resume refuses " + path + ": it was measured otherwise (" + text
                                + "). Results of both would not belong together; write a new file instead.");
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
                            + "). Choose another place by -rff FILE.",
                    e);
        }
    }
}
