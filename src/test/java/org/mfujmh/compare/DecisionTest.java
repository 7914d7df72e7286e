package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.schema.Direction;

class DecisionTest {
    private static final GatePolicy DEFAULT = GatePolicy.DEFAULT;
    private static final GatePolicy CERTAIN = new GatePolicy(0.03, 0.05, true, List.of(), false, Optional.empty());

    /** Ten forks whose logs have this mean and exactly this standard deviation. */
    static Sample sample(double mean, double deviation) {
        double[] shape = {-1.5, -1, -1, -0.5, 0, 0, 0.5, 1, 1, 1.5};
        double scale =
                deviation / Math.sqrt(Arrays.stream(shape).map(x -> x * x).sum() / 9);
        return Sample.ofForkMeans(
                Arrays.stream(shape).map(x -> Math.exp(mean + scale * x)).toArray());
    }

    private static Decision decide(double change, double deviation, GatePolicy policy) {
        Change measured = Change.between(sample(0, deviation), sample(change, deviation), Direction.HIGHER_IS_BETTER);
        return Decision.of(List.of(measured), policy).get(0);
    }

    @Test
    void eachVerdictHasItsPlace() {
        assertThat(decide(-0.05, 0.01, DEFAULT).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(decide(+0.05, 0.01, DEFAULT).verdict()).isEqualTo(Verdict.IMPROVED);
        assertThat(decide(0.0, 0.01, DEFAULT).verdict()).isEqualTo(Verdict.SAME);
        assertThat(decide(-0.05, 0.1, DEFAULT).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(decide(0.0, 0.1, DEFAULT).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    /** Forks that were measured and did not decide would not decide: ten of 0.5 % or 1 %, where 3 or 5 are computed. */
    @Test
    void fewerForksThanWereMeasuredAreNoAnswer() {
        for (double deviation : new double[] {0.005, 0.01}) {
            Decision near = decide(-0.029, deviation, DEFAULT);
            assertThat(near.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(near.forksNeeded()).isEmpty();
            assertThat(near.reason())
                    .endsWith("the change is too near what would be decided to say how many forks would decide");
        }
        Decision noisy = decide(0, 0.1, DEFAULT);
        assertThat(noisy.forksNeeded().orElseThrow()).isGreaterThan(10);
        assertThat(noisy.reason()).endsWith(noisy.forksNeeded().getAsInt() + " forks per side would decide");
    }

    /**
     * 8.6 % in the log at forks that vary by 10 % takes 2 (1.645 + 0.842)^2 / 0.86^2 = 16.7 and some for Student's t, where
     * the threshold of 3 % takes more than 100.
     */
    @Test
    void aChangeThatLooksLargeTakesFewerForksIfItIs() {
        Decision some = decide(-0.07, 0.1, DEFAULT);
        assertThat(some.reason())
                .contains("may be noise")
                .containsPattern(
                        "about 1[34]\\d forks per side would decide, or 2[5-7] if the change is as large as it looks$");
    }

    @Test
    void aChangeThatIsSureButSmallIsNoRegression() {
        Decision small = decide(-0.01, 0.002, DEFAULT);
        assertThat(small.verdict()).isEqualTo(Verdict.SAME);
        assertThat(small.ratio().high())
                .as("the 90 % interval, which excludes 1 too")
                .isLessThan(1);
        Decision near = decide(-0.029, 0.005, DEFAULT);
        assertThat(near.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(near.reason()).contains("it changed (2.9 % worse), but possibly by less than 3 %");
    }

    @Test
    void certainAsksForTheWholeInterval() {
        assertThat(decide(-0.035, 0.01, DEFAULT).verdict()).isEqualTo(Verdict.REGRESSED);
        Decision wide = decide(-0.035, 0.01, CERTAIN);
        assertThat(wide.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(decide(-0.06, 0.01, CERTAIN).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(decide(+0.06, 0.01, CERTAIN).verdict()).isEqualTo(Verdict.IMPROVED);
    }

    /** s = 0.1, k = 1, alpha 0.05: 2 s^2 (1.6502 + 0.8429)^2 / ln(1.03)^2 = 142.3 by scipy 1.17's t quantiles. */
    @Test
    void theInconclusiveSayHowManyForksWouldDecide() {
        Decision undecided = decide(-0.05, 0.1, DEFAULT);
        assertThat(undecided.forksNeeded()).hasValue(FORKS_FOR_TEN_PER_CENT);
        assertThat(undecided.reason()).contains("forks vary by 10.0 %").contains(FORKS_FOR_TEN_PER_CENT + " forks");
        assertThat(decide(0, 3, DEFAULT).reason()).contains("more than 1,000 forks");
    }

    private static final int FORKS_FOR_TEN_PER_CENT = 143;

    @Test
    void theThresholdIsARatioBothWays() {
        double edge = Math.log(1.03);
        assertThat(decide(-edge - 1e-9, 0.001, DEFAULT).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(decide(edge + 1e-9, 0.001, DEFAULT).verdict()).isEqualTo(Verdict.IMPROVED);
        assertThat(decide(-edge + 1e-9, 0.001, DEFAULT).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(decide(edge - 1e-9, 0.001, DEFAULT).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void policiesThatMakeNoSenseAreSentences() {
        for (double threshold : new double[] {0, -0.03, 1, 3, Double.NaN}) {
            assertThatThrownBy(() -> DEFAULT.withThreshold(threshold))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("Write 3%");
        }
        assertThatThrownBy(() -> DEFAULT.withAlpha(0.5)).isInstanceOf(BadInput.class);
    }

    // Properties, over made-up runs of k measurements with fixed seeds.

    private static List<Sample> samples(Random random, int k, int forks, double mean, double cv) {
        return IntStream.range(0, k)
                .mapToObj(i -> Sample.ofForkMeans(random.doubles(forks)
                        .map(x -> Math.exp(mean + cv * random.nextGaussian()))
                        .toArray()))
                .toList();
    }

    private static List<Decision> decide(List<Sample> before, List<Sample> after, GatePolicy policy) {
        return Decision.of(
                IntStream.range(0, before.size())
                        .mapToObj(i -> Change.between(before.get(i), after.get(i), Direction.HIGHER_IS_BETTER))
                        .toList(),
                policy);
    }

    private static Verdict mirrored(Verdict verdict) {
        return switch (verdict) {
            case REGRESSED -> Verdict.IMPROVED;
            case IMPROVED -> Verdict.REGRESSED;
            default -> verdict;
        };
    }

    @Property(tries = 150, seed = "11")
    void swappingTheFilesInvertsTheVerdicts(
            @ForAll int seed,
            @ForAll @IntRange(min = 1, max = 6) int k,
            @ForAll @IntRange(min = 3, max = 12) int forks,
            @ForAll @Scale(4) @DoubleRange(min = -0.1, max = 0.1) double change,
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.05) double cv,
            @ForAll boolean certain) {
        Random random = new Random(seed);
        List<Sample> before = samples(random, k, forks, 3, cv);
        List<Sample> after = samples(random, k, 5, 3 + change, cv);
        GatePolicy policy = certain ? CERTAIN : DEFAULT;
        List<Decision> there = decide(before, after, policy);
        List<Decision> back = decide(after, before, policy);
        for (int i = 0; i < k; i++) {
            assertThat(back.get(i).verdict()).isEqualTo(mirrored(there.get(i).verdict()));
            assertThat(back.get(i).ratio().low())
                    .isCloseTo(1 / there.get(i).ratio().high(), within(1e-9));
        }
    }

    @Property(tries = 150, seed = "12")
    void scalingBothFilesChangesNothing(
            @ForAll int seed,
            @ForAll @Scale(4) @DoubleRange(min = -0.1, max = 0.1) double change,
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.05) double cv,
            @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 1e9) double scale) {
        List<Sample> before = samples(new Random(seed), 3, 10, 0, cv);
        List<Sample> after = samples(new Random(~seed), 3, 5, change, cv);
        List<Decision> plain = decide(before, after, DEFAULT);
        List<Decision> scaled = decide(scaled(before, scale), scaled(after, scale), DEFAULT);
        for (int i = 0; i < 3; i++) {
            assertThat(scaled.get(i).verdict()).isEqualTo(plain.get(i).verdict());
            assertThat(scaled.get(i).ratio().estimate())
                    .isCloseTo(plain.get(i).ratio().estimate(), within(1e-9));
        }
    }

    private static List<Sample> scaled(List<Sample> samples, double scale) {
        return samples.stream()
                .map(sample -> Sample.ofForkMeans(
                        Arrays.stream(sample.values()).map(x -> scale * x).toArray()))
                .toList();
    }

    /** The deviations of the forks from their mean, blown up on both sides: decided may become undecided only. */
    @Property(tries = 150, seed = "13")
    void noisierFilesAreNeverDecidedMoreEasily(
            @ForAll int seed,
            @ForAll @Scale(4) @DoubleRange(min = -0.1, max = 0.1) double change,
            @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.05) double cv,
            @ForAll @DoubleRange(min = 1, max = 20) double louder) {
        List<Sample> before = samples(new Random(seed), 1, 10, 0, cv);
        List<Sample> after = samples(new Random(~seed), 1, 5, change, cv);
        Verdict quiet = decide(before, after, DEFAULT).get(0).verdict();
        Verdict loud = decide(louder(before, louder), louder(after, louder), DEFAULT)
                .get(0)
                .verdict();
        assertThat(loud).isIn(quiet, Verdict.INCONCLUSIVE);
    }

    private static List<Sample> louder(List<Sample> samples, double factor) {
        return samples.stream()
                .map(sample -> {
                    double mean = sample.log().mean();
                    return Sample.ofForkMeans(Arrays.stream(sample.values())
                            .map(x -> Math.exp(mean + factor * (Math.log(x) - mean)))
                            .toArray());
                })
                .toList();
    }

    @Property(tries = 150, seed = "14")
    void theIntervalExcludesOneExactlyWhereHolmRejects(
            @ForAll int seed,
            @ForAll @IntRange(min = 1, max = 12) int k,
            @ForAll @Scale(4) @DoubleRange(min = -0.05, max = 0.05) double change) {
        Random random = new Random(seed);
        List<Sample> before = samples(random, k, 10, 0, 0.02);
        List<Sample> after = samples(random, k, 5, change, 0.02);
        List<Change> changes = IntStream.range(0, k)
                .mapToObj(i -> Change.between(before.get(i), after.get(i), Direction.HIGHER_IS_BETTER))
                .toList();
        Holm worse = Holm.of(changes.stream().map(Change::pWorse).toList(), 0.05);
        Holm better = Holm.of(changes.stream().map(Change::pBetter).toList(), 0.05);
        List<Decision> decisions = Decision.of(changes, DEFAULT);
        for (int i = 0; i < k; i++) {
            Interval ratio = decisions.get(i).ratio();
            boolean rejected = worse.rejected().get(i) || better.rejected().get(i);
            if (decisions.get(i).verdict() == Verdict.SAME) {
                assertThat(ratio.confidence()).isCloseTo(0.9, within(1e-12));
                assertThat(ratio.low()).isGreaterThan(1 / 1.03);
                assertThat(ratio.high()).isLessThan(1.03);
            } else {
                assertThat(ratio.low() > 1 || ratio.high() < 1).isEqualTo(rejected);
            }
        }
    }
}
