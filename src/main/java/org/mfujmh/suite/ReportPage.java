package org.mfujmh.suite;

import java.nio.file.Path;
import java.util.List;
import org.mfujmh.WholeFile;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.page.Report;
import org.mfujmh.results.Entry;

/** Writes the report page next to the result file. */
final class ReportPage {
    private ReportPage() {}

    /** The page of a result file. */
    static Path of(Path file) {
        return file.resolveSibling(String.valueOf(file.getFileName()).replaceFirst("\\.json$", "") + ".html");
    }

    /**
     * Writes the page. If that fails, the measurements are still in the result file.
     *
     * @param file the result file, after which the page is named
     * @return a line with the path of the page, or why there is none
     */
    static String writeBeside(Path file, List<Entry> entries) {
        String name = String.valueOf(file.getFileName());
        Path page = of(file);
        try {
            WholeFile.write(page, new Report(Input.of(List.of(new Input.File(name, entries)))).toHtml());
            return "Page:    " + page + " (opens from disk; ./mfu report --help)";
        } catch (RuntimeException e) {
            return "The page could not be written (" + e.getMessage() + "). Try again with: ./mfu report " + file;
        }
    }
}
