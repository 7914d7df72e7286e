package org.mfujmh.suite;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.mfujmh.WholeFile;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.page.Report;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.ResumeCommand;

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
     * @param progress receives a line with the path of the page, or why there is none
     * @return whether there is one
     */
    static boolean writeBeside(Path file, List<Entry> entries, PrintStream progress) {
        String name = String.valueOf(file.getFileName());
        Path page = of(file);
        try {
            WholeFile.write(page, new Report(Input.of(List.of(new Input.File(name, entries)))).toHtml());
            progress.println("Page:    " + page + " (opens from disk; ./mfu report --help)");
            return true;
        } catch (RuntimeException e) {
            progress.println("The page could not be written, but the results are safe ("
                    + String.valueOf(e.getMessage()).replaceFirst("\\.$", "") + "). Try again with: "
                    + ResumeCommand.inTheShell(List.of("report", file.toString())));
            return false;
        }
    }
}
