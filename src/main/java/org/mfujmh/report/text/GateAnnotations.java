package org.mfujmh.report.text;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/** The gate as GitHub's workflow commands: a line on standard output becomes an annotation of the run. */
public final class GateAnnotations {
    private GateAnnotations() {}

    /** One line for each measurement that is not fine, and a notice with the headline. */
    public static String of(GateResult result, boolean strict) {
        GateReport report = new GateReport(result);
        List<String> names = report.names();
        String lines = IntStream.range(0, names.size())
                .mapToObj(i -> line(result.measurements().get(i), names.get(i), strict))
                .collect(Collectors.joining());
        String level = result.exitCode(strict) == 0 ? "notice" : "error";
        return lines + command(level, "mfu check", report.headline());
    }

    private static String line(Measurement one, String name, boolean strict) {
        String title = one.verdict() + " " + name + ", " + one.metric();
        return switch (one.verdict()) {
            case REGRESSED, FAILED -> command("error", title, one.reason());
            case INCONCLUSIVE, MISSING, INCOMPARABLE -> command(strict ? "error" : "warning", title, one.reason());
            case IMPROVED, NEW -> command("notice", title, one.reason());
            case SAME -> "";
        };
    }

    /** What is data is escaped as the runner's toolkit does it, so that no name can start a command of its own. */
    private static String command(String level, String title, String message) {
        String property = escape(title).replace(":", "%3A").replace(",", "%2C");
        return "::" + level + " title=" + property + "::" + escape(message) + "\n";
    }

    private static String escape(String text) {
        return PrintedText.plain(text).replace("%", "%25");
    }
}
