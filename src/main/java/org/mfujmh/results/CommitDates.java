package org.mfujmh.results;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.ShortCommand;

/** Looks up the dates of commits in the git repository of a folder. */
final class CommitDates {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private CommitDates() {}

    /**
     * @param folder the root of a working copy, or a folder inside it
     * @param commits full or abbreviated hashes
     * @return dates by requested hash, for those that the repository knows; empty if there is no git
     */
    static Map<String, Instant> in(Path folder, Collection<String> commits) {
        List<String> command =
                List.of("git", "log", "--no-walk=unsorted", "--ignore-missing", "--stdin", "--format=%H %cI");
        TreeMap<String, Instant> whole = new TreeMap<>();
        try {
            ProcessBuilder git = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            String names = String.join("\n", commits) + "\n";
            ShortCommand.run(git, names, LIMIT).output().lines().forEach(line -> {
                String[] words = line.split(" ", 2);
                whole.put(words[0], OffsetDateTime.parse(words[1]).toInstant());
            });
        } catch (IOException | DateTimeParseException noGitOrNoRepository) {
            return Map.of();
        }
        Map<String, Instant> dates = new HashMap<>();
        for (String commit : commits) {
            Map.Entry<String, Instant> found = whole.ceilingEntry(commit);
            if (found != null && found.getKey().startsWith(commit)) {
                dates.put(commit, found.getValue());
            }
        }
        return dates;
    }
}
