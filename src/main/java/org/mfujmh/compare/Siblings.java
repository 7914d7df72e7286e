package org.mfujmh.compare;

import java.util.Arrays;
import java.util.List;
import org.mfujmh.results.Identity;

/**
 * One measurement on several devices of the same name, and how each compares with the others. The slowest card of a
 * fleet limits the speed of a distributed job.
 *
 * @param identity the same for all
 * @param unit of their values
 * @param members one per file, in the order of the files
 * @param choices how the files differ in how the device or the way to multiply was chosen; may be empty
 */
public record Siblings(Identity identity, String unit, List<Member> members, List<String> choices) {

    /** How a device compares with the median of the others. */
    public enum Standing {
        /** Less than the threshold below the median. */
        LEVEL,
        /** Below the median by the threshold or more, with too few forks to know the noise between them. */
        TOO_FEW,
        /** Below the median by the threshold or more, which noise between forks may explain. */
        UNSURE,
        /** Below the median by the threshold or more, which noise between forks does not explain. */
        STRAGGLER,
        /** It has no number, or fewer forks than were requested. */
        FAILED,
        /** No other device has a number. */
        ALONE
    }

    /**
     * @param value mean over forks, with its 99 % interval
     * @param forks number of forks
     * @param ratio to the median of the others; above 1 is better; NaN if there are no others
     * @param fault why it failed; empty if it did not
     */
    public record Member(String file, Interval value, int forks, double ratio, Standing standing, String fault) {}

    public Siblings {
        members = List.copyOf(members);
        choices = List.copyOf(choices);
    }

    /** The median of all members; NaN if none has a value. */
    public double median() {
        return median(
                members.stream().mapToDouble(member -> member.value.estimate()).toArray());
    }

    /** The median of the finite values; NaN if there is none. */
    static double median(double[] values) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
