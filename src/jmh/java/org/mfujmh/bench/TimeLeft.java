package org.mfujmh.bench;

import java.time.Duration;
import java.util.List;

/** How long a suite still takes: forks weigh what their work weighs, and those done tell the speed. */
final class TimeLeft {
    private final long start = System.nanoTime();
    private final double total;
    private final List<Double> weights;
    private final List<Integer> forks;
    private double done;
    private int at = -1;

    /**
     * @param weights of one fork of each combination, in any one unit
     * @param forks of each combination
     */
    TimeLeft(List<Double> weights, List<Integer> forks) {
        this.weights = List.copyOf(weights);
        this.forks = List.copyOf(forks);
        double sum = 0;
        for (int i = 0; i < weights.size(); i++) {
            sum += weights.get(i) * forks.get(i);
        }
        total = sum;
    }

    /** The next combination begins, whatever became of the one before. */
    void next() {
        at++;
        done = 0;
        for (int i = 0; i < at; i++) {
            done += weights.get(i) * forks.get(i);
        }
    }

    void forkDone() {
        done += weights.get(at);
    }

    /** For the end of a line; empty until the first fork has shown the speed. */
    String inWords() {
        if (done <= 0 || done >= total) {
            return "";
        }
        double seconds = (System.nanoTime() - start) / 1e9 * (total - done) / done;
        Duration left = Duration.ofSeconds(Math.round(seconds));
        return left.toMinutes() > 0
                ? " (about %d min %02d s left)".formatted(left.toMinutes(), left.toSecondsPart())
                : " (about %d s left)".formatted(left.toSeconds());
    }
}
