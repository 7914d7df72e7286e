package org.mfujmh.compare;

import java.util.Arrays;
import java.util.Optional;
import org.mfujmh.results.Entry;

/** Whether a run itself is invalid: JMH writes a result even if a fork died, and a time of 0 means that nothing ran. */
final class InvalidRun {
    private InvalidRun() {}

    /** The reason; empty if every fork that was requested returned all its iterations, and a number that can be. */
    static Optional<String> of(Entry entry) {
        double[][] forks = entry.primary().rawData();
        double[] means = entry.primary().forkMeans();
        if (!Arrays.stream(means).allMatch(Double::isFinite)) {
            return Optional.of("the score is not a number in "
                    + Arrays.stream(means)
                            .filter(mean -> !Double.isFinite(mean))
                            .count() + " of " + means.length
                    + (means.length == 1 ? " fork" : " forks"));
        }
        if (forks.length > 0 && forks.length < entry.forks()) {
            return Optional.of(entry.forks() + " forks were requested and " + forks.length + " returned a result");
        }
        if (entry.mode().equals("thrpt")
                || means.length == 0
                || Arrays.stream(means).anyMatch(mean -> mean != 0)) {
            return shortForks(entry, forks);
        }
        return Optional.of("the score, a time, is 0 in every fork");
    }

    private static Optional<String> shortForks(Entry entry, double[][] forks) {
        long shortForks = Arrays.stream(forks)
                .filter(fork -> fork.length < entry.measurementIterations())
                .count();
        return shortForks > 0 && !entry.mode().equals("ss")
                ? Optional.of(shortForks + " forks stopped before completing " + entry.measurementIterations()
                        + " iterations")
                : Optional.empty();
    }
}
