package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mfujmh.results.Metric;

class SampleTest {
    /** R's {@code sleep}, group 1 (Student 1908): t.test(extra)'s 95 % interval is -0.5297804 .. 2.0297804. */
    private static final double[] SLEEP_1 = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    @Test
    void theIntervalIsStudents() {
        Interval interval = Sample.ofForkMeans(SLEEP_1).meanInterval(0.95);
        assertThat(interval.estimate()).isCloseTo(0.75, within(1e-12));
        assertThat(interval.low()).isCloseTo(-0.5297804, within(1e-7));
        assertThat(interval.high()).isCloseTo(2.0297804, within(1e-7));
        assertThat(interval.warnings()).isEmpty();
    }

    @Test
    void theSampleIsTheForkAndNotTheIteration() {
        Metric metric = new Metric("ops/s", 5, new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
        assertThat(Sample.ofForks(metric).values()).containsExactly(2, 5, 8);
        // s = 3, t(2 df, 0.995) = 9.9248 (Student's table): 5 +- 9.9248 * 3 / sqrt(3)
        Interval interval = Sample.ofForks(metric).meanInterval(0.99);
        assertThat(interval.high()).isCloseTo(5 + 9.9248 * Math.sqrt(3), within(1e-3));
    }

    @Test
    void aRateIsNeverShownBelowZero() {
        // s = 4, t(2 df, 0.995) = 9.9248: 5 -+ 22.9, of which what is below 0 can't be; the high end stays.
        Interval interval = Sample.ofForkMeans(1, 5, 9).meanInterval(0.99);
        assertThat(interval.low()).isZero();
        assertThat(interval.high()).isCloseTo(5 + 9.9248 * 4 / Math.sqrt(3), within(1e-3));
        assertThat(interval.relativeHalfWidth()).isCloseTo(9.9248 * 4 / Math.sqrt(3) / 5, within(1e-3));
    }

    @Test
    void fewerThanThreeForksHaveNoInterval() {
        for (double[] few : new double[][] {{10}, {10, 11}}) {
            Interval interval = Sample.ofForkMeans(few).meanInterval(0.99);
            assertThat(interval.isKnown()).isFalse();
            assertThat(interval.estimate()).isBetween(10.0, 10.5);
            assertThat(interval.warnings()).singleElement().asString().contains("an interval needs at least 3 forks");
        }
    }

    @Test
    void aForkWithoutAValueIsNotAveragedAway() {
        Metric metric = new Metric("ops/s", Double.NaN, new double[][] {{1, 2}, {Double.NaN, 5}, {}});
        assertThat(metric.forkMeans()).containsExactly(1.5, Double.NaN, Double.NaN);
        Interval interval = Sample.ofForks(metric).meanInterval(0.99);
        assertThat(interval.estimate()).isNaN();
        assertThat(interval.warnings()).isNotEmpty();
    }

    @Test
    void identicalForksAreShownWithADoubt() {
        Interval interval = Sample.ofForkMeans(7, 7, 7).meanInterval(0.99);
        assertThat(interval.low()).isEqualTo(7);
        assertThat(interval.warnings()).singleElement().asString().contains("exactly the same value");
    }
}
