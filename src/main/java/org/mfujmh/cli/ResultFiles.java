package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.RunOrder;

/** The result files of a command line, by names that are short and tell them apart. */
final class ResultFiles {
    private ResultFiles() {}

    /** The same in the order of {@code runs}, for those that were read already. */
    static Map<String, List<Entry>> named(List<RunOrder.Run> runs) {
        List<String> names = names(runs.stream().map(RunOrder.Run::file).toList());
        Map<String, List<Entry>> entries = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            entries.put(names.get(i), runs.get(i).entries());
        }
        return entries;
    }

    /** The name alone where that is enough, else with its folders. */
    private static List<String> names(List<Path> files) {
        boolean distinct = files.stream().map(Path::getFileName).distinct().count() == files.size();
        return files.stream()
                .map(file -> (distinct ? file.getFileName() : file).toString())
                .toList();
    }

    /** @return entries by the name of their file: the name alone where that is enough, else with its folders */
    static Map<String, List<Entry>> read(List<Path> files) {
        return named(files.stream()
                .map(file -> new RunOrder.Run(file, Identity.readUnique(file)))
                .toList());
    }
}
