package org.mfujmh.suite;

import java.nio.file.Path;
import java.util.List;
import org.mfujmh.WholeFile;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.page.Report;
import org.mfujmh.results.Entry;

/** The page that the suite leaves beside its result file. */
final class ReportPage {
    private ReportPage() {}

    /**
     * Writes it. A page that cannot be made costs nobody their measurements: they are in the result file.
     *
     * @param file the result file, whose name the page takes
     * @return where it is, or why it is not there, as a line
     */
    static String writeBeside(Path file, List<Entry> entries) {
        String name = String.valueOf(file.getFileName());
        Path page = file.resolveSibling(name.replaceFirst("\\.json$", "") + ".html");
        try {
            WholeFile.write(page, new Report(Input.of(List.of(new Input.File(name, entries)))).toHtml());
            return "Page:    " + page + " (opens from disk; ./mfu report --help)";
        } catch (RuntimeException e) {
            return "No page was made of it (" + e.getMessage() + "): ./mfu report " + file + " tries again.";
        }
    }
}
