package org.mfujmh.compare;

/** The verdict on one measurement, after compared with before; the most urgent first. */
public enum Verdict {
    /** Statistically significant, and worse by the threshold or more. */
    REGRESSED,
    /** The measurement broke: no value, NaN, or fewer forks than requested. */
    FAILED,
    /** Neither shown to have changed by the threshold nor shown not to have. */
    INCONCLUSIVE,
    /** The baseline has it and the new run does not. */
    MISSING,
    /** Both have it, but under conditions that make the numbers incomparable. */
    INCOMPARABLE,
    /** Statistically significant, and better by the threshold or more. */
    IMPROVED,
    /** Shown to be within the threshold. */
    SAME,
    /** Only the new run has it. */
    NEW
}
