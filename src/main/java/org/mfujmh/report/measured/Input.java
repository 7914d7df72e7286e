package org.mfujmh.report.measured;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.results.Entry;

/**
 * What a report is made of.
 *
 * @param files in order
 * @param comparison which of them are before and after, if any are
 */
public record Input(List<File> files, Optional<Comparison> comparison) {

    /** @param label how the page calls it, unlike any other of its files */
    public record File(String label, List<Entry> entries) {
        public File {
            entries = List.copyOf(entries);
        }
    }

    public record Comparison(File before, File after) {}

    public Input {
        files = List.copyOf(files);
    }

    /** Two files are before and after; one or many are not compared. */
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
