package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mfujmh.results.Metric;

/** Each pattern planted is called out, and plain noise hardly ever. */
class WarningsTest {
    private static Metric forks(double... means) {
        return new Metric(
                "ops/s", 0, Arrays.stream(means).mapToObj(x -> new double[] {x}).toArray(double[][]::new));
    }

    private static Metric normal(long seed, int forks, double cv) {
        Random random = new Random(seed);
        return forks(random.doubles(forks)
                .map(x -> 100 * (1 + cv * random.nextGaussian()))
                .toArray());
    }

    private static final Metric PLAIN = forks(98, 99, 99.5, 100, 100, 100.5, 101, 102, 100.2, 99.8);

    @Test
    void plainForksAreNotDoubted() {
        assertThat(Warnings.about(PLAIN, forks(99, 100, 101, 100.5, 99.5))).isEmpty();
    }

    @Test
    void fewAndUnequalCountsAreSaid() {
        assertThat(Warnings.about(PLAIN, forks(99, 100, 101, 100)))
                .hasSize(2)
                .anyMatch(line -> line.contains("fewer than 5"))
                .anyMatch(line -> line.contains("more than twice as many"));
    }

    @Test
    void anOutlyingForkIsNamed() {
        assertThat(Warnings.about(PLAIN, forks(100, 100.5, 88, 99.5, 100.2)))
                .contains("fork 3 of the new run is an outlier, -12.0 % from the others");
        assertThat(Warnings.about(PLAIN, forks(100, 100.001, 99.9, 99.9995, 100.002)))
                .as("0.1 % is no matter")
                .noneMatch(line -> line.contains("outlier"));
    }

    @Test
    void twoModesAreSeen() {
        Metric modes = forks(100, 100.2, 95, 100.1, 95.1, 99.9, 94.9, 100.05, 95.05, 100.15);
        assertThat(Warnings.about(modes, PLAIN))
                .contains("the forks of the baseline have two modes, 4 and 6 forks 5.3 % apart");
    }

    @Test
    void unequalNoiseIsSaid() {
        assertThat(Warnings.about(PLAIN, forks(90, 95, 100, 105, 110)))
                .anyMatch(line -> line.matches("the new run is \\d+\\.\\d times as noisy as the baseline"));
    }

    @Test
    void forksThatDoNotVaryAreDoubted() {
        assertThat(Warnings.about(PLAIN, forks(100, 100, 100, 100, 100)))
                .contains("all forks of the new run have exactly the same value: was it measured?");
    }

    @Test
    void aDriftWithinForksIsSeen() {
        double[][] slowing = IntStream.range(0, 5)
                .mapToObj(fork -> IntStream.range(0, 6)
                        .mapToDouble(i -> (100 + fork) * (1 - 0.01 * i) + 0.1 * ((fork + i) % 3))
                        .toArray())
                .toArray(double[][]::new);
        assertThat(Warnings.about(PLAIN, new Metric("ops/s", 0, slowing)))
                .anyMatch(line ->
                        line.startsWith("the new run drifts by -4.") || line.startsWith("the new run drifts by -5."));
    }

    @Test
    void noiseIsSeldomTakenForAPattern() {
        long doubted = IntStream.range(0, 500)
                .filter(i -> !Warnings.about(normal(i, 10, 0.02), normal(1000 + i, 10, 0.02))
                        .isEmpty())
                .count();
        assertThat(doubted).isLessThan(25);
    }
}
