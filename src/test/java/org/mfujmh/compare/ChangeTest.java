package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mfujmh.schema.Direction;

/** The statistics against R's printed values and against published tables. */
class ChangeTest {
    /** R's {@code sleep} (Student 1908): hours of sleep gained under two drugs. */
    private static final double[] SLEEP_1 = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

    private static final double[] SLEEP_2 = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    private static Sample exp(double... logs) {
        return Sample.ofForkMeans(Arrays.stream(logs).map(Math::exp).toArray());
    }

    /** R: t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p = 0.07939, -3.3654832 .. 0.2054832. */
    @Test
    void welchIsRsWelch() {
        Change change = Change.between(exp(SLEEP_2), exp(SLEEP_1), Direction.HIGHER_IS_BETTER);
        assertThat(change.logRatio()).isCloseTo(-1.58, within(1e-12));
        assertThat(change.logRatio() / change.welch().size()).isCloseTo(-1.8608, within(5e-5));
        assertThat(change.welch().degreesOfFreedom()).isCloseTo(17.776, within(5e-4));
        assertThat(2 * change.pWorse()).isCloseTo(0.07939, within(5e-6));
        assertThat(change.welch().pBelow(change.logRatio()) + change.welch().pBelow(-change.logRatio()))
                .isCloseTo(1, within(1e-12));
        Interval ratio = change.ratioInterval(0.025);
        assertThat(Math.log(ratio.low())).isCloseTo(-3.3654832, within(1e-7));
        assertThat(Math.log(ratio.high())).isCloseTo(0.2054832, within(1e-7));
        assertThat(ratio.confidence()).isCloseTo(0.95, within(1e-12));
    }

    /** R: t.test(weight ~ group, data = PlantGrowth, group != "trt2", var.equal = TRUE): t = 1.1913, df = 18, p = 0.249. */
    @Test
    void studentIsRsStudent() {
        double[] control = {4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14};
        double[] treated = {4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69};
        Change change = Change.between(exp(treated), exp(control), Direction.HIGHER_IS_BETTER);
        assertThat(change.logRatio() / change.student().size()).isCloseTo(1.1913, within(5e-5));
        assertThat(2 * change.student().pBelow(-change.logRatio())).isCloseTo(0.249, within(5e-4));
    }

    @Test
    void fiveForksThatHappenNotToVaryAreNotBelieved() {
        Sample twoModes = Sample.ofForkMeans(100, 100, 95, 100, 95, 95, 100, 95, 100, 95);
        Sample oneMode = Sample.ofForkMeans(100, 100.01, 99.99, 100, 100.01);
        Change change = Change.between(twoModes, oneMode, Direction.HIGHER_IS_BETTER);
        assertThat(change.welch().pBelow(-change.logRatio())).isLessThan(0.01);
        assertThat(change.pBetter()).isGreaterThan(0.02);
    }

    @Test
    void worseIsNegativeWhicheverWayTheMetricPoints() {
        Sample ten = Sample.ofForkMeans(10, 10.1, 9.9);
        Sample eleven = Sample.ofForkMeans(11, 11.1, 10.9);
        assertThat(Change.between(ten, eleven, Direction.HIGHER_IS_BETTER).logRatio())
                .isPositive();
        assertThat(Change.between(ten, eleven, Direction.LOWER_IS_BETTER).logRatio())
                .isNegative();
        assertThat(Change.between(ten, eleven, Direction.LOWER_IS_BETTER).pWorse())
                .isLessThan(0.01);
    }

    @Test
    void whatDoesNotVaryIsCertain() {
        Sample same = Sample.ofForkMeans(5, 5, 5);
        Change none = Change.between(same, same, Direction.HIGHER_IS_BETTER);
        assertThat(none.pWorse()).isEqualTo(1);
        assertThat(none.pBetter()).isEqualTo(1);
        Change worse = Change.between(same, Sample.ofForkMeans(4, 4, 4), Direction.HIGHER_IS_BETTER);
        assertThat(worse.pWorse()).isZero();
        assertThat(worse.ratioInterval(0.01).high()).isCloseTo(0.8, within(1e-12));
    }

    /** The example of Wikipedia's article on the method: 0.005 and 0.01 are rejected, 0.03 stops it, and 0.04 with it. */
    @Test
    void holmStopsAtTheFirstThatFails() {
        Holm holm = Holm.of(List.of(0.01, 0.04, 0.03, 0.005), 0.05);
        assertThat(holm.rejected()).containsExactly(true, false, false, true);
        assertThat(holm.levels().get(3)).isEqualTo(0.05 / 4);
        assertThat(holm.levels().get(0)).isEqualTo(0.05 / 3);
        // 0.04 is below 0.05 / 1, which was never reached: the level in use is where it stopped.
        assertThat(holm.levels().get(1)).isEqualTo(0.05 / 2);
        assertThat(Holm.of(List.of(), 0.05).rejected()).isEmpty();
    }

    /** R: wilcox.test, W = 35, p = 0.1272 one-sided (Hollander and Wolfe 1973, permeability): 0.2544 two-sided. */
    @Test
    void theRankTestIsExact() {
        double[] x = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
        double[] y = {1.15, 0.88, 0.90, 0.74, 1.21};
        assertThat(RankTest.pValue(Sample.ofForkMeans(x), Sample.ofForkMeans(y)))
                .isCloseTo(0.2544, within(1e-4));
        double smallest = RankTest.pValue(Sample.ofForkMeans(1, 2, 3, 4, 5), Sample.ofForkMeans(6, 7, 8, 9, 10));
        assertThat(smallest).isCloseTo(2.0 / 252, within(1e-12));
    }

    /** R: power.t.test(delta = 1, sd = 1, power = 0.8) says n = 16.71477 at 0.05 two-sided, 0.025 one-sided. */
    @Test
    void theForksNeededAreThoseOfRsPowerTTest() {
        assertThat(ForksNeeded.of(1, 0.025, 1)).hasValue(17);
        // R: power.t.test(delta = 0.5, sd = 1, power = 0.8): n = 63.76576
        assertThat(ForksNeeded.of(1, 0.025, 0.5)).hasValue(64);
        assertThat(ForksNeeded.of(1e-9, 0.025, 0.5)).hasValue(3);
        assertThat(ForksNeeded.of(100, 0.025, 0.5)).isEqualTo(OptionalInt.empty());
        assertThat(ForksNeeded.of(0, 0.025, 0.5)).hasValue(3);
    }

    /** Grubbs and Beck, Technometrics 14 (1972), table 1: upper 2.5 % and 0.5 % points. */
    @Test
    void grubbsIsHisTable() {
        assertThat(Warnings.grubbsCritical(8, 0.05)).isCloseTo(2.126, within(1e-3));
        assertThat(Warnings.grubbsCritical(10, 0.05)).isCloseTo(2.290, within(1e-3));
        assertThat(Warnings.grubbsCritical(5, 0.01)).isCloseTo(1.764, within(1e-3));
        assertThat(Warnings.grubbsCritical(10, 0.01)).isCloseTo(2.482, within(1e-3));
    }
}
