package org.mfujmh.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.mfujmh.BadInput;

/**
 * Resolves the files of a command line: named files as given; for a folder or a quoted pattern such as
 * {@code results/*.json}, every JSON file in it except {@code baseline.json}, in natural order of the names.
 */
public final class ResultPaths {
    private static final String BASELINE = "baseline.json";

    private ResultPaths() {}

    /**
     * @param arguments files, folders and patterns
     * @return each file once, in the given order
     * @throws BadInput if an argument matches no file
     */
    public static List<Path> of(Collection<String> arguments) {
        Set<Path> files = new LinkedHashSet<>();
        for (String argument : arguments) {
            List<Path> meant = meant(argument);
            if (meant.isEmpty()) {
                throw new BadInput((Files.isDirectory(Path.of(argument))
                                ? "The folder " + PlainText.of(argument) + " has no result files"
                                : "No result file matches the pattern " + PlainText.of(argument))
                        + ": a result file ends in .json, and " + BASELINE + " does not count, since it is a"
                        + " copy of another run. Name the files themselves.");
            }
            files.addAll(meant);
        }
        return List.copyOf(files);
    }

    /** The files without those called {@code baseline.json}, which a pattern expanded by the shell includes. */
    public static List<Path> withoutBaselines(List<Path> files) {
        List<Path> runs =
                files.stream().filter(file -> !file.endsWith(BASELINE)).toList();
        return runs.isEmpty() ? files : runs;
    }

    /** The same files, those called {@code baseline.json} before the others. */
    public static List<Path> baselinesFirst(List<Path> files) {
        return files.stream()
                .sorted(Comparator.comparing(file -> !file.endsWith(BASELINE)))
                .toList();
    }

    /** Whether each argument is a single file, so that the order is the user's. */
    public static boolean areFiles(Collection<String> arguments) {
        return arguments.stream().map(ResultPaths::meant).allMatch(files -> files.size() == 1)
                && arguments.stream().noneMatch(argument -> Files.isDirectory(Path.of(argument)));
    }

    private static List<Path> meant(String argument) {
        try {
            if (argument.matches(".*[*?\\[{].*") && !Files.exists(Path.of(argument.replaceAll("[*?]", "_")))) {
                return matching(argument);
            }
            Path path = Path.of(argument);
            return Files.isDirectory(path) ? jsonUnder(path) : List.of(path);
        } catch (InvalidPathException | PatternSyntaxException e) {
            throw new BadInput(PlainText.of(argument) + " is not the name of a file.", e);
        }
    }

    private static List<Path> matching(String pattern) {
        int wild = pattern.split("[*?\\[{]", 2)[0].length();
        int slash = pattern.lastIndexOf('/', wild - 1);
        Path root = Path.of(slash < 0 ? "." : pattern.substring(0, slash + 1));
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return jsonUnder(root).stream()
                .map(file -> slash < 0 ? Path.of(".").relativize(file) : file)
                .filter(matcher::matches)
                .toList();
    }

    private static List<Path> jsonUnder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = new ArrayList<>(files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> !file.endsWith(BASELINE))
                    .toList());
            found.sort(Comparator.comparing(Path::toString, NaturalOrder.INSTANCE));
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw new BadInput(PlainText.of(folder.toString()) + " cannot be listed.", e);
        }
    }
}
