package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangePointsTest {
    /**
     * Yearly flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3: R's {@code Nile}. The flow fell after 1898
     * (G. W. Cobb, Biometrika 65, 1978): 28 years of mean 1097.75, then 72 of 849.97.
     */
    private static final double[] NILE = {
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865,
        845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050,
        918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740
    };

    @Test
    void theNileFellAfter1898() {
        assertThat(Arrays.stream(NILE).limit(28).average().orElseThrow()).isEqualTo(1097.75);
        assertThat(ChangePoints.of(NILE)).containsExactly(28);
    }

    /** How many of fifty made-up series get exactly these change points. */
    private static long exactly(List<Integer> expected, Function<Random, DoubleStream> series) {
        return IntStream.range(0, 50)
                .filter(seed -> ChangePoints.of(series.apply(new Random(seed)).toArray())
                        .equals(expected))
                .count();
    }

    @Test
    void aDropAndARecoveryAreTwoChanges() {
        assertThat(exactly(
                        List.of(12, 22),
                        random -> DoubleStream.concat(
                                DoubleStream.concat(levels(random, 12, 100), levels(random, 10, 93)),
                                levels(random, 9, 100))))
                .isGreaterThanOrEqualTo(45);
    }

    private static DoubleStream levels(Random random, int length, double level) {
        return random.doubles(length).map(x -> level + random.nextGaussian());
    }

    @Test
    void twoRunsAtANewLevelAreEnoughAfterALongCalm() {
        assertThat(exactly(List.of(20), random -> DoubleStream.concat(levels(random, 20, 100), levels(random, 2, 90))))
                .isGreaterThanOrEqualTo(45);
    }

    /**
     * Of the 70 ways to choose which four of eight runs are the slow ones, two have the parts as they are: p is at least
     * 2/70 = 0.029, whatever the step. Of 126 ways to choose four of nine, two are 0.016.
     */
    @Test
    void eightRunsAreTooFewForAnyStepAndNineAreEnoughForOneInTheMiddle() {
        for (int at = 2; at <= 6; at++) {
            int from = at;
            assertThat(exactly(
                            List.of(),
                            random -> DoubleStream.concat(levels(random, from, 100), levels(random, 8 - from, 10))))
                    .as("8 runs, a step after %d", at)
                    .isEqualTo(50);
        }
        assertThat(exactly(List.of(4), random -> DoubleStream.concat(levels(random, 4, 100), levels(random, 5, 10))))
                .isEqualTo(50);
        assertThat(ChangePoints.fewestValues()).isEqualTo(9);
    }

    /** Two of 15 can be chosen in 105 ways: p is about 2/105 = 0.019, and 2/120 = 0.017 for 16. */
    @Test
    void aStepInTheLastTwoRunsTakesSixteen() {
        int fewest = ChangePoints.FEWEST_FOR_THE_LAST_TWO;
        assertThat(exactly(
                        List.of(),
                        random -> DoubleStream.concat(levels(random, fewest - 3, 100), levels(random, 2, 10))))
                .isEqualTo(50);
        assertThat(exactly(
                        List.of(fewest - 2),
                        random -> DoubleStream.concat(levels(random, fewest - 2, 100), levels(random, 2, 10))))
                .isGreaterThanOrEqualTo(45);
    }

    @Test
    void anOddRunIsNoChange() {
        double[] series = levels(new Random(4), 20, 100).toArray();
        series[10] = 60;
        assertThat(ChangePoints.of(series)).isEmpty();
    }

    @Test
    void shortAndConstantSeriesHaveNone() {
        assertThat(ChangePoints.of(new double[0])).isEmpty();
        assertThat(ChangePoints.of(new double[] {1, 2, 3})).isEmpty();
        assertThat(ChangePoints.of(new double[] {5, 5, 5, 5, 5, 5})).isEmpty();
    }

    /** Of 200 series of noise, a few: two tests at 2 % each. */
    @Test
    void noiseIsSeldomTakenForAChange() {
        Random random = new Random(5);
        long marked = IntStream.range(0, 200)
                .filter(i -> !ChangePoints.of(levels(random, 20, 100).toArray()).isEmpty())
                .count();
        assertThat(marked).isBetween(1L, 12L);
    }
}
