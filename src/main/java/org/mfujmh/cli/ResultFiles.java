package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.RunOrder;

/** The result files of a command line, by short names that are unique. */
final class ResultFiles {
    private ResultFiles() {}

    /** The same for runs that have already been read, in their order. */
    static Map<String, List<Entry>> named(List<RunOrder.Run> runs) {
        List<String> names = names(runs.stream().map(RunOrder.Run::file).toList());
        Map<String, List<Entry>> entries = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            entries.put(names.get(i), runs.get(i).entries());
        }
        return entries;
    }

    /** The file name alone if it is unique, otherwise with its folders. */
    private static List<String> names(List<Path> files) {
        boolean distinct = files.stream().map(Path::getFileName).distinct().count() == files.size();
        return files.stream()
                .map(file -> (distinct ? file.getFileName() : file).toString())
                .toList();
    }

    /** @return entries by file: the file name alone if it is unique, otherwise with its folders */
    static Map<String, List<Entry>> read(List<Path> files) {
        return named(files.stream()
                .map(file -> new RunOrder.Run(file, Identity.readUnique(file)))
                .toList());
    }
}
