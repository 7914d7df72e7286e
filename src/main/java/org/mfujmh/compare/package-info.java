/**
 * Did it get slower? The opinion of this package:
 *
 * <p>The sample is the fork mean. Iterations of one fork share a JVM, a memory layout and a minute of the
 * machine's life, so that a hundred of them are not a hundred observations; pooling them makes intervals that
 * are too narrow and gates that go red on noise. Speeds are compared on the log scale, because what people
 * ask is "by what factor", and because then swapping the two files only turns the sign.
 *
 * <p>A verdict needs both: the change is not chance (Welch's t, Holm over all measurements), and it is large
 * enough to matter (the threshold). "The same" is a claim that has to be proved too (two one-sided tests);
 * what is neither is INCONCLUSIVE, with the number of forks that would decide it. A doubtful result is shown
 * with its doubt: warnings travel with the values they are about.
 */
package org.mfujmh.compare;
