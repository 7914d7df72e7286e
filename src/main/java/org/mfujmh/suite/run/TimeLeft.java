package org.mfujmh.suite.run;

import java.time.Duration;
import java.util.List;

/**
 * How long a suite still takes: a guess until a fork is done; then forks weigh what was guessed of
 * them, and those done tell how far off the guess is.
 */
public final class TimeLeft {

    /**
     * The forks of one combination.
     *
     * @param forks that are to be run; 0 where its result is there already
     * @param secondsEach as guessed
     */
    public record Part(int forks, double secondsEach) {}

    private final long start = System.nanoTime();
    private final List<Part> parts;
    private final boolean guessIsGood;
    private double done;
    private int at = -1;

    /** @param guessIsGood whether the seconds may be shown before any fork has been timed */
    public TimeLeft(List<Part> parts, boolean guessIsGood) {
        this.parts = List.copyOf(parts);
        this.guessIsGood = guessIsGood;
    }

    private static double seconds(List<Part> parts) {
        return parts.stream()
                .mapToDouble(part -> part.forks() * part.secondsEach())
                .sum();
    }

    /** The next combination begins, whatever became of the one before. */
    public void next() {
        at++;
        done = seconds(parts.subList(0, at));
    }

    void forkDone() {
        done += parts.get(at).secondsEach();
    }

    /** For the end of a line; empty where nothing is known yet, or nothing is left. */
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
