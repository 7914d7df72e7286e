package org.mfujmh.report.text;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/** The gate's result as GitHub workflow commands: each line on standard output becomes an annotation. */
public final class GateAnnotations {
    private GateAnnotations() {}

    /** One line for each measurement that is not SAME, one for each warning, and one with the headline. */
    public static String of(GateResult result, boolean strict) {
        GateReport report = new GateReport(result);
        List<String> names = report.names();
        String lines = IntStream.range(0, names.size())
                .mapToObj(i -> line(result.measurements().get(i), names.get(i), strict))
                .collect(Collectors.joining());
        String warnings = result.warnings().stream()
                .map(warning -> command("warning", "mfu check", warning))
                .collect(Collectors.joining());
        String level = result.exitCode(strict) == ExitCode.OK ? "notice" : "error";
        return lines + warnings + command(level, "mfu check", report.headline());
    }

    private static String line(Measurement one, String name, boolean strict) {
        String title = one.verdict() + " " + name + ", " + one.metric();
        return switch (one.verdict()) {
            case REGRESSED, FAILED -> command("error", title, reason(one));
            case INCONCLUSIVE, MISSING, INCOMPARABLE -> command(strict ? "error" : "warning", title, reason(one));
            case IMPROVED, NEW -> command("notice", title, reason(one));
            case SAME -> "";
        };
    }

    private static String reason(Measurement one) {
        return Stream.concat(Stream.of(one.reason()), one.warnings().stream()).collect(Collectors.joining("; "));
    }

    /** Data is escaped as in the runner's toolkit, so that no name can inject a command. */
    private static String command(String level, String title, String message) {
        String property = escape(title).replace(":", "%3A").replace(",", "%2C");
        return "::" + level + " title=" + property + "::" + escape(message) + "\n";
    }

    private static String escape(String text) {
        return PrintedText.plain(text).replace("%", "%25");
    }
}
