package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole gates on made-up runs whose truth is known, with fixed seeds: how often does the real code cry wolf, and
 * how often does it see what is there? Ten forks of baseline, five new ones, and five more for what is undecided.
 */
class SimulationTest {
    private static final int RUNS = 500;
    /** Three standard errors of 5 % in this many runs above it. */
    private static final double FIVE_PER_CENT_AND_ITS_ERROR = 0.05 + 3 * Math.sqrt(0.05 * 0.95 / RUNS);

    private static final GatePolicy A_LOOK = GatePolicy.DEFAULT.withAlpha(GatePolicy.ALPHA_A_LOOK);

    /** How a fork mean comes about, around 1. */
    private enum Noise {
        NORMAL {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                return 1 + cv * random.nextGaussian();
            }
        },
        /** The new side three times as noisy as the baseline. */
        UNEQUAL {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                return 1 + (baseline ? cv / 3 : cv) * random.nextGaussian();
            }
        },
        /** Three forks of ten in a slower mode, another memory layout say; the standard deviation as given. */
        BIMODAL {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                double apart = cv / Math.sqrt(0.3 * 0.7);
                return 1 - (random.nextDouble() < 0.3 ? apart : 0) + 0.1 * cv * random.nextGaussian();
            }
        };

        abstract double fork(Random random, double cv, boolean baseline);
    }

    /** Decides all changes at once, as Decision::of does. */
    private interface Decider extends BiFunction<List<Change>, GatePolicy, List<Verdict>> {}

    private static List<Verdict> real(List<Change> changes, GatePolicy policy) {
        return Decision.of(changes, policy).stream().map(Decision::verdict).toList();
    }

    /** What many gates do: red wherever the means are further apart than the threshold. */
    private static List<Verdict> thresholdAlone(List<Change> changes, GatePolicy policy) {
        return changes.stream()
                .map(change -> change.logRatio() <= -policy.logThreshold() ? Verdict.REGRESSED : Verdict.SAME)
                .toList();
    }

    /** The verdicts of one run of k measurements, the first of them slowed, after a second look where wanted. */
    private static List<Verdict> run(
            Random random, int k, Noise noise, double cv, double slowdown, boolean secondLook, Decider decider) {
        List<double[]> before = new ArrayList<>();
        List<double[]> after = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            double speed = i == 0 ? slowdown : 1;
            before.add(random.doubles(10).map(x -> noise.fork(random, cv, true)).toArray());
            after.add(random.doubles(10)
                    .map(x -> speed * noise.fork(random, cv, false))
                    .toArray());
        }
        List<Verdict> first = decider.apply(changes(before, after, 5), A_LOOK);
        if (!secondLook || !first.contains(Verdict.INCONCLUSIVE)) {
            return first;
        }
        List<Verdict> second = decider.apply(changes(before, after, 10), A_LOOK);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            verdicts.add(first.get(i) == Verdict.INCONCLUSIVE ? second.get(i) : first.get(i));
        }
        return verdicts;
    }

    private static List<Change> changes(List<double[]> before, List<double[]> after, int forks) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            changes.add(Change.between(
                    Sample.ofForkMeans(before.get(i)),
                    Sample.ofForkMeans(Arrays.copyOf(after.get(i), forks)),
                    Direction.HIGHER_IS_BETTER));
        }
        return changes;
    }

    /** Share of runs in which a measurement that did not change is called REGRESSED or IMPROVED. */
    private static double falseAlarms(int k, Noise noise, double cv, Verdict verdict, Decider decider) {
        Random random = new Random(k * 1000L + noise.name().length());
        int alarms = 0;
        for (int run = 0; run < RUNS; run++) {
            alarms += run(random, k, noise, cv, 1, true, decider).contains(verdict) ? 1 : 0;
        }
        return alarms / (double) RUNS;
    }

    private static double caught(int k, double slowdown, boolean secondLook) {
        Random random = new Random(k);
        int caught = 0;
        for (int run = 0; run < RUNS; run++) {
            caught += run(random, k, Noise.NORMAL, 0.02, slowdown, secondLook, SimulationTest::real)
                                    .get(0)
                            == Verdict.REGRESSED
                    ? 1
                    : 0;
        }
        return caught / (double) RUNS;
    }

    static Stream<Arguments> quietMachinesAndNoisyOnes() {
        return Stream.of(2, 4, 12).flatMap(k -> Stream.of(Noise.values())
                .flatMap(noise -> Stream.of(0.005, 0.02, 0.04).map(cv -> Arguments.of(k, noise, cv))));
    }

    @ParameterizedTest
    @MethodSource("quietMachinesAndNoisyOnes")
    void aWholeRunWithoutAChangeIsRedInAtMostFiveOfAHundred(int k, Noise noise, double cv) {
        assertThat(falseAlarms(k, noise, cv, Verdict.REGRESSED, SimulationTest::real))
                .isLessThanOrEqualTo(FIVE_PER_CENT_AND_ITS_ERROR);
    }

    @Test
    void norIsItGreenerThanItShouldBe() {
        assertThat(falseAlarms(4, Noise.NORMAL, 0.04, Verdict.IMPROVED, SimulationTest::real))
                .isLessThanOrEqualTo(FIVE_PER_CENT_AND_ITS_ERROR);
    }

    /** The mutant that this suite has to catch: red on noise, the more so the more measurements there are. */
    @Test
    void aGateByThresholdAloneWouldFailTheseTests() {
        assertThat(falseAlarms(12, Noise.NORMAL, 0.04, Verdict.REGRESSED, SimulationTest::thresholdAlone))
                .isGreaterThan(0.5);
        assertThat(falseAlarms(2, Noise.NORMAL, 0.04, Verdict.REGRESSED, SimulationTest::thresholdAlone))
                .isGreaterThan(0.05);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 12})
    void fivePerCentSlowerAtTwoPerCentNoiseIsCaught(int k) {
        double both = caught(k, 0.95, true);
        System.out.printf(
                "k = %d: x 0.95 at a fork CV of 2 %% is caught in %.1f %% by one look, %.1f %% by two%n",
                k, 100 * caught(k, 0.95, false), 100 * both);
        assertThat(both).isGreaterThanOrEqualTo(0.95);
        assertThat(caught(k, 0.90, true)).isGreaterThanOrEqualTo(0.99);
    }

    /** Why iterations are not pooled: forks that differ by 2 %, within which iterations hardly vary. */
    @Test
    void poolingIterationsWouldCryWolf() {
        Random random = new Random(7);
        int alarms = 0;
        for (int run = 0; run < RUNS; run++) {
            List<Change> pooled = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                pooled.add(Change.between(iterations(random, 10), iterations(random, 5), Direction.HIGHER_IS_BETTER));
            }
            Holm worse = Holm.of(pooled.stream().map(Change::pWorse).toList(), 0.05);
            alarms += worse.rejected().contains(true) ? 1 : 0;
        }
        assertThat(alarms / (double) RUNS).isGreaterThan(0.5);
    }

    private static Sample iterations(Random random, int forks) {
        return Sample.ofForkMeans(random.doubles(forks)
                .map(x -> 1 + 0.02 * random.nextGaussian())
                .flatMap(fork -> random.doubles(5).map(x -> fork * (1 + 0.002 * random.nextGaussian())))
                .toArray());
    }
}
