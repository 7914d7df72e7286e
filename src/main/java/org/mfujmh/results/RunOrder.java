package org.mfujmh.results;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.schema.RunProperty;

/**
 * Result files in the order of measurement, as far as it is known: by recorded time, otherwise by the date of their
 * commits, otherwise by name.
 *
 * @param runs oldest first
 * @param reason how the files are ordered, as a sentence
 */
public record RunOrder(List<Run> runs, String reason) {
    private static final Pattern COMMIT = Pattern.compile("(?<![0-9A-Za-z])[0-9a-f]{7,40}(?![0-9A-Za-z])");

    /** A file and its entries. */
    public record Run(Path file, List<Entry> entries) {}

    public RunOrder {
        runs = List.copyOf(runs);
    }

    /**
     * Orders files.
     *
     * @param runs in the given order, or in the order of their folder
     * @param eachNamed whether the user named every file, so that their order may be meaningful
     */
    public static RunOrder of(List<Run> runs, boolean eachNamed) {
        Map<Run, Instant> times = known(runs, RunOrder::time);
        if (times.size() == runs.size()) {
            return by(runs, times, "Oldest first, by the recorded time (mfu.time).");
        }
        Map<Run, Instant> commits = known(runs, dates(runs)::get);
        if (commits.size() == runs.size()) {
            return by(runs, commits, "Oldest first, by commit date, since not every file records a time.");
        }
        Map<Run, Instant> either = new HashMap<>(commits);
        either.putAll(times);
        if (either.size() == runs.size()) {
            return by(
                    runs,
                    either,
                    "Oldest first, by the recorded time (" + times.size() + " of the files) or the commit date (the "
                            + "others).");
        }
        return byName(runs, eachNamed, runs.size() - either.size());
    }

    private static RunOrder by(List<Run> runs, Map<Run, Instant> times, String reason) {
        List<Run> ordered = new ArrayList<>(runs);
        ordered.sort(
                Comparator.<Run, Instant>comparing(times::get).thenComparing(RunOrder::name, NaturalOrder.INSTANCE));
        return new RunOrder(ordered, reason);
    }

    private static RunOrder byName(List<Run> runs, boolean eachNamed, int without) {
        String why = without + " of " + runs.size() + " files have neither a recorded time (mfu.time) nor a commit "
                + "that a repository here knows";
        boolean numbered = runs.stream()
                        .map(run -> name(run).replaceAll("[0-9]+", "0"))
                        .distinct()
                        .count()
                == 1;
        boolean commits = runs.stream().allMatch(run -> commit(run).isPresent()) && !numbered;
        String help = commits
                ? " Their names are commits: run this in their repository, or name the files oldest first."
                : "";
        if (eachNamed && !numbered) {
            return new RunOrder(runs, "In the given order: " + why + "." + help);
        }
        List<Run> ordered = new ArrayList<>(runs);
        ordered.sort(Comparator.comparing(RunOrder::name, NaturalOrder.INSTANCE));
        return new RunOrder(ordered, "In the order of the file names: " + why + "." + help);
    }

    private static String name(Run run) {
        return run.file.toString();
    }

    private static Map<Run, Instant> known(List<Run> runs, Function<Run, Instant> time) {
        Map<Run, Instant> times = new HashMap<>();
        for (Run run : runs) {
            Instant found = time.apply(run);
            if (found != null) {
                times.put(run, found);
            }
        }
        return times;
    }

    /** The earliest time in its results; null if none records a time. */
    private static Instant time(Run run) {
        return run.entries.stream()
                .flatMap(entry -> entry.property(RunProperty.TIME).stream())
                .flatMap(text -> instant(text).stream())
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.strip()).toInstant());
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    /** Commit dates from the repository of the working directory, then from that of the file's folder. */
    private static Map<Run, Instant> dates(List<Run> runs) {
        Map<Run, String> commits = new HashMap<>();
        runs.forEach(run -> commit(run).ifPresent(commit -> commits.put(run, commit)));
        Set<Path> folders = new LinkedHashSet<>(List.of(Path.of("").toAbsolutePath()));
        commits.keySet().forEach(run -> folders.add(run.file.toAbsolutePath().getParent()));
        Map<Run, Instant> dates = new HashMap<>();
        for (Path folder : folders) {
            Set<String> unknown = new LinkedHashSet<>();
            commits.forEach((run, commit) -> {
                if (!dates.containsKey(run)) {
                    unknown.add(commit);
                }
            });
            if (!unknown.isEmpty()) {
                Map<String, Instant> found = CommitDates.in(folder, unknown);
                commits.forEach((run, commit) -> {
                    if (found.containsKey(commit)) {
                        dates.putIfAbsent(run, found.get(commit));
                    }
                });
            }
        }
        return dates;
    }

    /** The commit in the file name, otherwise the one recorded in its results. */
    private static Optional<String> commit(Run run) {
        Matcher name = COMMIT.matcher(run.file.getFileName().toString());
        String last = null;
        while (name.find()) {
            last = name.group();
        }
        return Optional.ofNullable(last).or(() -> run.entries.stream()
                .flatMap(entry -> entry.property(RunProperty.COMMIT).stream())
                .map(commit -> commit.replaceFirst("-dirty$", ""))
                .filter(commit -> commit.matches("[0-9a-f]{7,40}"))
                .findFirst());
    }
}
