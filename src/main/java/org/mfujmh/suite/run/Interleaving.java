package org.mfujmh.suite.run;

/**
 * The order of forks when two builds are interleaved: theirs, ours; ours, theirs; ours, theirs; theirs, ours; ... The
 * order within pairs follows the Thue-Morse sequence. With a fixed order, periodic background load could hit only one
 * build, and on a machine that warms up one build would always run cooler; this sequence has no period, and over four
 * pairs a linear drift cancels out.
 */
public final class Interleaving {
    private Interleaving() {}

    /**
     * @param turn the index of the fork, from 0; two consecutive forks are a pair
     */
    public static boolean isOurs(int turn) {
        boolean oursComesFirst = Integer.bitCount(turn / 2) % 2 == 1;
        return (turn % 2 == 0) == oursComesFirst;
    }
}
