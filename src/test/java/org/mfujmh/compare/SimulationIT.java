package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.Direction;

/**
 * Whole gates on made-up runs whose truth is known, with fixed seeds: how often does the real code cry wolf, and
 * how often does it see what is there? Ten forks of baseline, five new ones, and five more for what is undecided.
 *
 * <p>What is bounded: the chance that a run in which nothing changed is REGRESSED anywhere, 5 % over all its
 * measurements and both looks (2.25 % a look); likewise, by itself, that it is IMPROVED anywhere. A simulated
 * rate has an error of its own, so a bound is called broken where the rate lies above it by more than chance
 * explains in one of a thousand simulations (Clopper and Pearson). {@code -Dmfu.simulation.runs=50000} looks
 * closer; docs/lab/2026-11-24-gate.md has what that found.
 */
class SimulationIT {
    private static final int RUNS = Integer.getInteger("mfu.simulation.runs", 1000);
    private static final double CHANCE = 0.001;
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
        SLOW_MODE {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                return 1 - mode(random, cv);
            }
        },
        /** Three forks of ten in a faster mode. */
        FAST_MODE {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                return 1 + mode(random, cv);
            }
        },
        /** Drawn from the forks of real runs, with replacement; the standard deviation as given. */
        REAL_FORKS {
            @Override
            double fork(Random random, double cv, boolean baseline) {
                return 1 + cv * REAL[random.nextInt(REAL.length)];
            }
        };

        /** How far each fork of the committed real runs lies from its run's mean, in standard deviations. */
        private static final double[] REAL = Stream.of("baseline.json", "repeat.json")
                .flatMap(file -> ResultFile.read(Path.of("src/test/resources/org/mfujmh/gate", file)).stream())
                .map(entry -> entry.secondary("tokens_per_s").orElseThrow().forkMeans())
                .flatMapToDouble(Noise::standardised)
                .toArray();

        private static DoubleStream standardised(double[] forks) {
            double mean = Arrays.stream(forks).average().orElseThrow();
            double deviation = Math.sqrt(Arrays.stream(forks)
                    .map(x -> (x - mean) * (x - mean))
                    .average()
                    .orElseThrow());
            return Arrays.stream(forks).map(x -> (x - mean) / deviation);
        }

        private static double mode(Random random, double cv) {
            double apart = cv / Math.sqrt(0.3 * 0.7);
            return (random.nextDouble() < 0.3 ? apart : 0) + 0.1 * cv * random.nextGaussian();
        }

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
        List<Verdict> first = decider.apply(changes(before, after, i -> 5), A_LOOK);
        if (!secondLook || !first.contains(Verdict.INCONCLUSIVE)) {
            return first;
        }
        List<Verdict> second =
                decider.apply(changes(before, after, i -> first.get(i) == Verdict.INCONCLUSIVE ? 10 : 5), A_LOOK);
        return IntStream.range(0, k)
                .mapToObj(i -> first.get(i) == Verdict.INCONCLUSIVE ? second.get(i) : first.get(i))
                .toList();
    }

    private static List<Change> changes(List<double[]> before, List<double[]> after, IntUnaryOperator forks) {
        return IntStream.range(0, before.size())
                .mapToObj(i -> Change.between(
                        Sample.ofForkMeans(before.get(i)),
                        Sample.ofForkMeans(Arrays.copyOf(after.get(i), forks.applyAsInt(i))),
                        Direction.HIGHER_IS_BETTER))
                .toList();
    }

    /** Runs in which a measurement that did not change is called REGRESSED, and those with one IMPROVED. */
    private record Alarms(Rate red, Rate green) {
        static Alarms of(int k, Noise noise, double cv, Decider decider) {
            Random random = new Random(k * 1000L + noise.name().length());
            int red = 0;
            int green = 0;
            for (int run = 0; run < RUNS; run++) {
                List<Verdict> verdicts = run(random, k, noise, cv, 1, true, decider);
                red += verdicts.contains(Verdict.REGRESSED) ? 1 : 0;
                green += verdicts.contains(Verdict.IMPROVED) ? 1 : 0;
            }
            return new Alarms(new Rate(red, RUNS), new Rate(green, RUNS));
        }
    }

    private static Rate caught(int k, double slowdown, boolean secondLook) {
        Random random = new Random(k);
        int caught = 0;
        for (int run = 0; run < RUNS; run++) {
            caught += run(random, k, Noise.NORMAL, 0.02, slowdown, secondLook, SimulationIT::real)
                                    .get(0)
                            == Verdict.REGRESSED
                    ? 1
                    : 0;
        }
        return new Rate(caught, RUNS);
    }

    static Stream<Arguments> quietMachinesAndNoisyOnes() {
        return Stream.of(2, 4, 12).flatMap(k -> Stream.of(Noise.values())
                .flatMap(noise -> Stream.of(0.005, 0.02, 0.04).map(cv -> Arguments.of(k, noise, cv))));
    }

    @ParameterizedTest
    @MethodSource("quietMachinesAndNoisyOnes")
    void aWholeRunWithoutAChangeIsRedInAtMostFiveOfAHundredAndGreenInAtMostFive(int k, Noise noise, double cv) {
        Alarms alarms = Alarms.of(k, noise, cv, SimulationIT::real);
        System.out.printf(
                "k = %d, %s, fork CV %.1f %%: REGRESSED in %s, IMPROVED in %s%n",
                k, noise, 100 * cv, alarms.red, alarms.green);
        assertThat(alarms.red.low(CHANCE)).as("REGRESSED in %s", alarms.red).isLessThanOrEqualTo(0.05);
        assertThat(alarms.green.low(CHANCE)).as("IMPROVED in %s", alarms.green).isLessThanOrEqualTo(0.05);
    }

    /** Ten forks against three that are three times as noisy: with Welch's own degrees of freedom 8 and 9 % were wrong. */
    @Test
    void threeNoisyForksCryNoWolfEither() {
        Random random = new Random(3);
        int red = 0;
        int green = 0;
        for (int run = 0; run < RUNS; run++) {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                double[] before = random.doubles(10)
                        .map(x -> Noise.UNEQUAL.fork(random, 0.04, true))
                        .toArray();
                double[] after = random.doubles(3)
                        .map(x -> Noise.UNEQUAL.fork(random, 0.04, false))
                        .toArray();
                changes.add(Change.between(
                        Sample.ofForkMeans(before), Sample.ofForkMeans(after), Direction.HIGHER_IS_BETTER));
            }
            List<Verdict> verdicts = real(changes, GatePolicy.DEFAULT);
            red += verdicts.contains(Verdict.REGRESSED) ? 1 : 0;
            green += verdicts.contains(Verdict.IMPROVED) ? 1 : 0;
        }
        Alarms alarms = new Alarms(new Rate(red, RUNS), new Rate(green, RUNS));
        System.out.printf("10 forks against 3, k = 12: %s%n", alarms);
        assertThat(alarms.red.low(CHANCE)).as("REGRESSED in %s", alarms.red).isLessThanOrEqualTo(0.05);
        assertThat(alarms.green.low(CHANCE)).as("IMPROVED in %s", alarms.green).isLessThanOrEqualTo(0.05);
    }

    /** The mutant that this suite has to catch: red on noise, the more so the more measurements there are. */
    @Test
    void aGateByThresholdAloneWouldFailTheseTests() {
        for (int k : new int[] {2, 4, 12}) {
            Rate red = Alarms.of(k, Noise.NORMAL, 0.04, SimulationIT::thresholdAlone).red;
            assertThat(red.low(CHANCE)).as("REGRESSED in %s", red).isGreaterThan(0.1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 12})
    void fivePerCentSlowerAtTwoPerCentNoiseIsCaught(int k) {
        Rate both = caught(k, 0.95, true);
        Rate large = caught(k, 0.90, true);
        System.out.printf(
                "k = %d, fork CV 2 %%: x 0.95 is caught by one look in %s, by two in %s; x 0.90 by two in %s%n",
                k, caught(k, 0.95, false), both, large);
        assertThat(both.share()).isGreaterThanOrEqualTo(0.95);
        assertThat(large.share()).isGreaterThanOrEqualTo(0.99);
    }

    /**
     * Two sessions on one libtorch. A machine whose forks vary by 4 % and which is slower as a whole in the second session
     * takes the roofline with it, measured with 1 % of its own noise; the pass has 0.5 %.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.98, 0.96, 0.9})
    void aSlowerSessionIsSeldomRedWhereTheRooflineShowsIt(double machine) {
        Rate red = redByFile(1, machine);
        Rate blind = redByFileWithoutRoofline(machine);
        System.out.printf("session x %.2f: REGRESSED in %s, without a roofline in %s%n", machine, red, blind);
        assertThat(red.low(CHANCE)).as("REGRESSED in %s", red).isLessThanOrEqualTo(0.05);
        assertThat(blind.share()).isGreaterThan(2 * red.share());
    }

    /** What the rule costs: a slower pass on a machine that is as it was. */
    @Test
    void aSlowerPassOnTheSameMachineIsFoundAsOftenWithARoofline() {
        Rate found = redByFile(0.9, 1);
        Rate blind = redByFileWithoutRoofline(0.9);
        System.out.printf("pass x 0.90: REGRESSED in %s, without a roofline in %s%n", found, blind);
        assertThat(found.share()).isGreaterThanOrEqualTo(0.98 * blind.share());
    }

    private static Rate redByFile(double pass, double machine) {
        return redByFile(pass, machine, true);
    }

    private static Rate redByFileWithoutRoofline(double slowdown) {
        return redByFile(1, slowdown, false);
    }

    private static Rate redByFile(double pass, double machine, boolean roofline) {
        Random random = new Random(11);
        int red = 0;
        for (int run = 0; run < RUNS; run++) {
            List<Entry> before = List.of(session(random, 10, 1, 1, roofline));
            List<Entry> after = List.of(session(random, 10, pass, machine, roofline));
            red += Gate.decide(before, after, GatePolicy.DEFAULT).verdict() == Verdict.REGRESSED ? 1 : 0;
        }
        return new Rate(red, RUNS);
    }

    private static Entry session(Random random, int forks, double pass, double machine, boolean roofline) {
        double[] speed = new double[forks];
        double[] products = new double[forks];
        double[] share = new double[forks];
        for (int i = 0; i < forks; i++) {
            double state = machine * (1 + 0.04 * random.nextGaussian());
            speed[i] = pass * state * (1 + 0.005 * random.nextGaussian());
            products[i] = state * (1 + 0.01 * random.nextGaussian());
            share[i] = speed[i] / products[i];
        }
        JmhJson json = JmhJson.of("org.example.Some.run")
                .property("mfu.torch", "2.7.1")
                .forks(speed);
        return (roofline
                        ? json.secondary("roofline_tflops", "TFLOP/s", products)
                                .secondary("roofline_share", "share", share)
                        : json)
                .entry();
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
