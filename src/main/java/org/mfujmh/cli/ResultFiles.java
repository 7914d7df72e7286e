package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;

/** The result files of a command line, by names that are short and tell them apart. */
final class ResultFiles {
    private ResultFiles() {}

    /** @return entries by the name of their file: the name alone where that is enough, else with its folders */
    static Map<String, List<Entry>> read(List<Path> files) {
        boolean distinct = files.stream().map(Path::getFileName).distinct().count() == files.size();
        Map<String, List<Entry>> entries = new LinkedHashMap<>();
        for (Path file : files) {
            entries.put((distinct ? file.getFileName() : file).toString(), Identity.readUnique(file));
        }
        return entries;
    }
}
