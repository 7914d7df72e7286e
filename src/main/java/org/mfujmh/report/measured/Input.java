package org.mfujmh.report.measured;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;

/**
 * The input of a report.
 *
 * @param files in the given order
 * @param comparison the files before and after, if there are any
 */
public record Input(List<File> files, Optional<Comparison> comparison) {

    /**
     * @param label the file's unique name on the page
     */
    public record File(String label, List<Entry> entries) {
        public File {
            entries = List.copyOf(entries);
        }
    }

    public record Comparison(File before, File after) {}

    public Input {
        files = List.copyOf(files);
    }

    /** Two files are compared as before and after; a single file or more than two are not. */
    public static Input of(List<File> files) {
        return new Input(
                files, files.size() == 2 ? Optional.of(new Comparison(files.get(0), files.get(1))) : Optional.empty());
    }

    public Map<String, List<Entry>> byLabel() {
        Map<String, List<Entry>> byLabel = new LinkedHashMap<>();
        files.forEach(file -> byLabel.put(file.label(), file.entries()));
        return byLabel;
    }
}
