package org.mfujmh.report.text;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/**
 * The gate's result as JUnit XML, which GitLab, Jenkins and others show as tests: one test case per measurement,
 * and one more, an error, if nothing could be compared: skipped tests alone are green there.
 */
public final class GateXml {
    private GateXml() {}

    /**
     * @param strict whether undecided measurements fail too, as for the exit code
     */
    public static String of(GateResult result, boolean strict) {
        List<String> names = new GateReport(result).names();
        StringBuilder cases = new StringBuilder();
        int failures = 0;
        int errors = 0;
        int skipped = 0;
        for (int i = 0; i < names.size(); i++) {
            Measurement one = result.measurements().get(i);
            String outcome = outcome(one, strict);
            failures += outcome.equals("failure") ? 1 : 0;
            errors += outcome.equals("error") ? 1 : 0;
            skipped += outcome.equals("skipped") ? 1 : 0;
            cases.append(testCase(one, names.get(i), outcome));
        }
        int tests = names.size();
        if (!result.isAnythingCompared() && errors == 0) {
            cases.append(testCase("mfu check", "comparison", "error", new GateReport(result).headline()));
            errors++;
            tests++;
        }
        return String.format(
                Locale.ROOT,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites>
                  <testsuite name="mfu check" tests="%d" failures="%d" errors="%d" skipped="%d">
                %s    <system-out>%s</system-out>
                  </testsuite>
                </testsuites>
                """,
                tests,
                failures,
                errors,
                skipped,
                cases,
                PrintedText.xml(new GateReport(result).toText()).replace("&#10;", "\n"));
    }

    private static String outcome(Measurement one, boolean strict) {
        return switch (one.verdict()) {
            case REGRESSED -> "failure";
            case FAILED -> "error";
            case INCONCLUSIVE, MISSING, INCOMPARABLE -> strict ? "failure" : "skipped";
            case NEW -> "skipped";
            case IMPROVED, SAME -> "";
        };
    }

    private static String testCase(Measurement one, String name, String outcome) {
        String message = one.verdict() + ": " + one.reason()
                + one.warnings().stream().map(warning -> "; " + warning).collect(Collectors.joining());
        return testCase(one.benchmark(), name + ", " + one.metric(), outcome, message);
    }

    private static String testCase(String className, String name, String outcome, String message) {
        String open = String.format(
                Locale.ROOT,
                "    <testcase classname=\"%s\" name=\"%s\"",
                PrintedText.xml(className),
                PrintedText.xml(name));
        if (outcome.isEmpty()) {
            return open + "/>\n";
        }
        return String.format(
                        Locale.ROOT,
                        "%s>%n      <%s message=\"%s\"/>%n    </testcase>%n",
                        open,
                        outcome,
                        PrintedText.xml(message))
                .replace("\r\n", "\n");
    }
}
