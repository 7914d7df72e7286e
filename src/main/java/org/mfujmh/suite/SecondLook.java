package org.mfujmh.suite;

import java.util.List;
import org.mfujmh.suite.gate.MeasurementStrategy;
import org.mfujmh.suite.plan.SuitePlan;

/**
 * Announces that some results are measured again before anything is concluded from them.
 *
 * @param results how many the run has
 * @param forks that are added, one entry for each result that is measured again
 */
record SecondLook(int results, List<Integer> forks) {

    static SecondLook of(SuitePlan again, SuitePlan all, MeasurementStrategy strategy) {
        return new SecondLook(
                all.combinations().size(),
                again.combinations().stream()
                        .map(one -> again.timing(one).forks()
                                * Math.max(1, strategy.sides().size()))
                        .toList());
    }

    /** For results that would be flagged as suspect. */
    String atImplausible() {
        return share() + " exceed the measured roofline (background load can cause this). Measuring " + moreForks()
                + " before flagging " + (forks.size() == 1 ? "it." : "them.");
    }

    /** For results that the gate cannot decide. */
    String atUndecided() {
        return share() + " are undecided. Measuring " + moreForks() + ".";
    }

    private String share() {
        return forks.size() + " of " + results + " results";
    }

    private String moreForks() {
        if (forks.stream().distinct().count() > 1) {
            return "as many forks again";
        }
        int each = forks.get(0);
        return each + " more fork" + (each == 1 ? "" : "s") + (forks.size() == 1 ? "" : " of each");
    }
}
