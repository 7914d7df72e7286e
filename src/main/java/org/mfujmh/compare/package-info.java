/**
 * Compares results and decides whether a measurement got slower.
 *
 * <p>The sample is the fork mean. Iterations of one fork share a JVM, a memory layout and one minute on the machine, so
 * a hundred of them are not a hundred observations; pooling them makes intervals too narrow and gates fail on noise.
 * Speeds are compared on the log scale, since the question is "by what factor", and since swapping the two files then
 * only flips the sign.
 *
 * <p>A verdict of change needs both: statistical significance (Welch's t, Holm over all measurements) and a size that
 * matters (the threshold). "The same" has to be shown too (two one-sided tests); anything else is INCONCLUSIVE, with
 * the number of forks that would decide it. Warnings are shown with the values they are about.
 */
package org.mfujmh.compare;
