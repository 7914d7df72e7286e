package org.mfujmh.suite.run;

import java.time.Duration;
import java.util.List;

/**
 * Estimates the remaining time of a suite: a guess until the first fork is done; afterwards, the guess is scaled by the
 * time of the forks that are done.
 */
public final class TimeLeft {

    /**
     * The forks of one combination.
     *
     * @param forks number of forks to run; 0 if there already is a result
     * @param secondsEach estimated duration of a fork
     */
    public record Part(int forks, double secondsEach) {}

    private final long start = System.nanoTime();
    private final List<Part> parts;
    private final boolean guessIsGood;
    private double done;
    private int at = -1;

    /**
     * @param guessIsGood whether the estimate may be shown before any fork has been timed
     */
    public TimeLeft(List<Part> parts, boolean guessIsGood) {
        this.parts = List.copyOf(parts);
        this.guessIsGood = guessIsGood;
    }

    private static double seconds(List<Part> parts) {
        return parts.stream()
                .mapToDouble(part -> part.forks() * part.secondsEach())
                .sum();
    }

    /** Begins the next combination. */
    public void next() {
        at++;
        done = seconds(parts.subList(0, at));
    }

    void forkDone() {
        done += parts.get(at).secondsEach();
    }

    /** The remaining time for the end of a line; empty if unknown or zero. */
    String inWords() {
        return inWords((System.nanoTime() - start) / 1e9);
    }

    String inWords(double elapsedSeconds) {
        double total = seconds(parts);
        if (done >= total || (done <= 0 && !guessIsGood)) {
            return "";
        }
        double pace = done <= 0 ? 1 : elapsedSeconds / done;
        Duration left = Duration.ofSeconds(Math.round(pace * (total - done)));
        return left.toMinutes() > 0
                ? " (about %d min %02d s left)".formatted(left.toMinutes(), left.toSecondsPart())
                : " (about %d s left)".formatted(left.toSeconds());
    }
}
