package org.mfujmh.compare;

/** What can honestly be said of one measurement, after against before; the most urgent first. */
public enum Verdict {
    /** Not chance, and worse by the threshold or more. */
    REGRESSED,
    /** It broke: no number, a number that is none, or fewer forks than asked for. */
    FAILED,
    /** Neither shown to have changed by as much as matters, nor shown not to have. */
    INCONCLUSIVE,
    /** The baseline has it and the new run has not. */
    MISSING,
    /** Both have it, but not under the same conditions: the numbers answer different questions. */
    INCOMPARABLE,
    /** Not chance, and better by the threshold or more. */
    IMPROVED,
    /** Shown to lie within the threshold. */
    SAME,
    /** Only the new run has it. */
    NEW
}
