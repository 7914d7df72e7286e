package org.mfujmh.suite;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Plausibility;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.ResumeCommand;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;
import org.mfujmh.suite.run.SuiteFile;

/**
 * What a suite says when it ends, or is stopped.
 *
 * @param file the results so far
 */
record SuiteEnd(SuiteOptions options, SuiteFile file, PrintStream progress) {

    /** @param plan what was to be measured */
    void tellStopped(SuitePlan plan) {
        long done = plan.combinations().stream().filter(file::holds).count();
        progress.println();
        progress.println("Stopped: " + done + " of " + plan.combinations().size() + " combinations done"
                + (done == 0 ? "; nothing was written." : "; the results are in " + file.path() + "."));
        progress.println(ResumeCommand.sentence("To resume", options.arguments(), file.path()));
    }

    /** Implausible measurements, and why; they stay in the file for inspection. */
    Map<Combination, String> suspects() {
        Plausibility plausibility = new Plausibility(file.entries());
        Map<Combination, String> suspects = new LinkedHashMap<>();
        for (Entry entry : file.entries()) {
            plausibility
                    .suspicion(entry)
                    .ifPresent(why -> suspects.put(new Combination(entry.benchmark(), entry.params()), why));
        }
        return suspects;
    }

    /**
     * @param failures what was not measured, and why
     * @return the exit code
     */
    int tell(Map<Combination, String> failures) {
        int results = file.entries().size();
        progress.println();
        progress.println(
                results == 0
                        ? "Nothing was measured, so no file was written."
                        : "Written: " + file.path() + " (" + results + " result" + (results == 1 ? "" : "s") + ")");
        boolean isWritten = results == 0 || ReportPage.writeBeside(file.path(), file.entries(), progress);
        Map<Combination, String> suspects = suspects();
        suspects.forEach((combination, why) -> progress.println("SUSPECT: " + combination + ": " + why + "."));
        if (failures.isEmpty()) {
            return isWritten && suspects.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }
        progress.println(failures.size() + " combination" + (failures.size() == 1 ? "" : "s") + " failed:");
        failures.forEach((combination, cause) -> progress.println("  " + combination + ": " + cause));
        progress.println(ResumeCommand.sentence("To run the missing combinations", options.arguments(), file.path()));
        return ExitCode.FAILED;
    }
}
