package org.mfujmh.suite.run;

/**
 * Whose fork comes when two builds take turns: theirs, ours; ours, theirs; ours, theirs; theirs, ours; ... Which of a
 * pair comes first follows the Thue-Morse sequence. Were it always the same, a neighbour who comes every second fork
 * would be beside one build alone, and of a machine that gets warmer one build would always have the cooler half; this
 * sequence has no period, and over four pairs a steady drift is the same for both.
 */
public final class Interleaving {
    private Interleaving() {}

    /** @param turn from 0; two of them are a pair */
    public static boolean isOurs(int turn) {
        boolean oursComesFirst = Integer.bitCount(turn / 2) % 2 == 1;
        return (turn % 2 == 0) == oursComesFirst;
    }
}
