package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.Direction;

class GateTest {
    private static final double[] HUNDRED = {99.2, 99.6, 99.8, 100, 100, 100.1, 100.3, 100.4, 100.6, 100.8};
    private static final double[] SLOWER = {94.6, 94.9, 95, 95.1, 95.3};
    private static final double[] SAME = {99.5, 99.9, 100, 100.2, 100.4};
    private static final double[] FASTER = {105.1, 105.3, 105.4, 105.6, 106};
    private static final double[] NOISY = {82, 93, 98, 109, 121};

    private static JmhJson run(double... forks) {
        return JmhJson.of("org.example.Some.run").param("size", "1").forks(forks);
    }

    private static GateResult gate(GatePolicy policy, List<JmhJson> before, List<JmhJson> after) {
        return Gate.decide(entries(before), entries(after), policy);
    }

    private static List<Entry> entries(List<JmhJson> json) {
        return json.stream().map(JmhJson::entry).toList();
    }

    private static GateResult gate(JmhJson before, JmhJson after) {
        return gate(GatePolicy.DEFAULT, List.of(before), List.of(after));
    }

    private static Measurement only(GateResult result) {
        assertThat(result.measurements()).hasSize(1);
        return result.measurements().get(0);
    }

    @Test
    void testedMeasurementsGetTheirVerdictAndExitCode() {
        assertThat(gate(run(HUNDRED), run(SLOWER)).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(gate(run(HUNDRED), run(SLOWER)).exitCode(false)).isEqualTo(1);
        assertThat(gate(run(HUNDRED), run(FASTER)).verdict()).isEqualTo(Verdict.IMPROVED);
        assertThat(gate(run(HUNDRED), run(SAME)).verdict()).isEqualTo(Verdict.SAME);
        assertThat(gate(run(HUNDRED), run(SAME)).exitCode(true)).isZero();
        GateResult noisy = gate(run(HUNDRED), run(NOISY));
        assertThat(noisy.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(noisy.exitCode(false)).isZero();
        assertThat(noisy.exitCode(true)).isEqualTo(3);
        assertThat(noisy.undecided()).hasSize(1);
    }

    /** Why nothing was measured is what the user needs to know, not that it has no metric. */
    @Test
    void withoutMeasurementsNoMetricIsMissed() {
        GatePolicy policy = new GatePolicy(0.03, 0.05, false, List.of("nosuch"), false, Optional.empty());
        assertThat(gate(policy, List.of(), List.of()).measurements()).isEmpty();
        assertThatThrownBy(() -> gate(policy, List.of(run(HUNDRED)), List.of()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nosuch");
    }

    /** Its threads wait for the slowest after every operation, so a busy machine explains any slowdown. */
    @Test
    void whatOthersTookFromOneRunAloneIsNoRegression() {
        Measurement slow = only(gate(contended(0.01, HUNDRED), contended(0.3, SLOWER)));
        assertThat(slow.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(slow.reason())
                .isEqualTo("5.1 % worse, statistically significant, but other programs took 1 % of libtorch's CPUs in"
                        + " the baseline and 30 % in the new run: measure on an idle machine, or both builds at once"
                        + " (--against)");
        Measurement ofOldBaseline = only(gate(run(HUNDRED), contended(0.3, SLOWER)));
        assertThat(ofOldBaseline.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(ofOldBaseline.reason()).contains("an unknown share of libtorch's CPUs in the baseline and 30 % in");
        assertThat(only(gate(contended(0.3, HUNDRED), contended(0, FASTER))).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void whatBothRunsLackedAlikeExplainsNothing() {
        assertThat(only(gate(contended(0.3, HUNDRED), contended(0.35, SLOWER))).verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThat(only(gate(contended(0.3, HUNDRED), contended(0, SLOWER))).verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThat(only(gate(contended(0, HUNDRED), contended(Double.NaN, SLOWER)))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThat(only(Gate.decideInterleaved(
                                entries(List.of(contended(0, HUNDRED))),
                                entries(List.of(contended(0.3, SLOWER))),
                                GatePolicy.DEFAULT))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
    }

    /** One thread that lacks 30 % of a processor may be 1 - 0.7 * 0.7 = 51 % slower, not more. */
    @Test
    void aSingleThreadIsSlowerByLittleMoreThanWhatItLacked() {
        double[] third = Arrays.stream(HUNDRED).map(fork -> fork / 3).toArray();
        double[] half = Arrays.stream(HUNDRED).map(fork -> fork * 0.52).toArray();
        assertThat(verdictOf(1, contended(0, HUNDRED), contended(0.3, third))).isEqualTo(Verdict.REGRESSED);
        assertThat(verdictOf(1, contended(0, HUNDRED), contended(0.3, half))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdictOf(1, contended(0.3, third), contended(0, HUNDRED))).isEqualTo(Verdict.IMPROVED);
        assertThat(verdictOf(1, contended(0.3, half), contended(0, HUNDRED))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdictOf(1, contended(0, HUNDRED), contended(1.2, third)))
                .as("it had no processor at all")
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdictOf(1, contended(1, third), contended(0, HUNDRED))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdictOf(2, contended(0, HUNDRED), contended(0.3, third)))
                .as("two threads wait for each other")
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    /** A time slice of another program is a hundred times as long as a pass. */
    @Test
    void aPercentileOfOneThreadIsNotBoundedByWhatItLacked() {
        JmhJson before = contended(0, HUNDRED).property("mfu.threads", "1").secondary("latency_p99_ms", "ms", HUNDRED);
        double[] ten = Arrays.stream(HUNDRED).map(fork -> fork * 10).toArray();
        JmhJson after = contended(0.3, HUNDRED).property("mfu.threads", "1").secondary("latency_p99_ms", "ms", ten);
        GatePolicy policy = new GatePolicy(0.03, 0.05, false, List.of("latency_p99_ms"), false, Optional.empty());
        assertThat(only(gate(policy, List.of(before), List.of(after))).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    private static Verdict verdictOf(int threads, JmhJson before, JmhJson after) {
        String said = String.valueOf(threads);
        return only(gate(before.property("mfu.threads", said), after.property("mfu.threads", said)))
                .verdict();
    }

    private static JmhJson contended(double share, double... forks) {
        double[] shares = new double[forks.length];
        Arrays.fill(shares, share);
        return run(forks).secondary("cpu_contention", "share", shares);
    }

    /** The forks of HUNDRED or of others, and a roofline that is {@code machine} times that of an unhindered machine. */
    private static JmhJson at(double machine, String libtorch, double... forks) {
        double[] roofline = new double[forks.length];
        double[] share = new double[forks.length];
        for (int i = 0; i < forks.length; i++) {
            roofline[i] = machine * (1 + 0.001 * i);
            share[i] = forks[i] / roofline[i] / 200;
        }
        return run(forks)
                .property("mfu.torch", libtorch)
                .secondary("roofline_tflops", "TFLOP/s", roofline)
                .secondary("roofline_share", "share", share);
    }

    @Test
    void aMachineThatWasSlowerForTheSameLibtorchIsNoRegression() {
        Measurement slow = only(gate(at(1, "2.7.1", HUNDRED), at(0.95, "2.7.1", SLOWER)));
        assertThat(slow.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(slow.reason())
                .isEqualTo("5.1 % worse, statistically significant, but the machine was slower: with the same libtorch"
                        + " the GEMM roofline is 5.2 % worse. Compare the shares (--normalize roofline), or measure both"
                        + " builds at once (--against)");
        Measurement fast = only(gate(at(1, "2.7.1", HUNDRED), at(1.06, "2.7.1", FASTER)));
        assertThat(fast.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(fast.reason()).contains("the machine was faster", "the GEMM roofline is 5.7 % better");
    }

    @Test
    void aMachineExplainsNoMoreThanItsRoofline() {
        assertThat(only(gate(at(1, "2.7.1", HUNDRED), at(1, "2.7.1", SLOWER))).verdict())
                .as("the machine was the same")
                .isEqualTo(Verdict.REGRESSED);
        assertThat(only(gate(at(1, "2.7.1", HUNDRED), at(1.05, "2.7.1", SLOWER)))
                        .verdict())
                .as("the machine was faster")
                .isEqualTo(Verdict.REGRESSED);
        double[] tenthSlower = Arrays.stream(SLOWER).map(fork -> 0.95 * fork).toArray();
        assertThat(only(gate(at(1, "2.7.1", HUNDRED), at(0.95, "2.7.1", tenthSlower)))
                        .verdict())
                .as("the machine was slower, and the code was, too")
                .isEqualTo(Verdict.REGRESSED);
    }

    @Test
    void aSingleMeasurementWithoutARooflineCannotTellTheBuildFromTheMachine() {
        String warning =
                "Only one measurement could be compared, so a slower build cannot be told from a slower machine.";
        assertThat(gate(run(HUNDRED), run(SLOWER)).warnings()).contains(warning);
        assertThat(gate(at(1, "2.7.1", HUNDRED), at(1, "2.8.0", SLOWER)).warnings())
                .contains(warning);
        assertThat(gate(at(1, "2.7.1", HUNDRED), at(1, "2.7.1", SLOWER)).warnings())
                .doesNotContain(warning);
    }

    @Test
    void aRooflineWithoutAShareExplainsNothing() {
        JmhJson before = run(HUNDRED).property("mfu.torch", "2.7.1").secondary("roofline_tflops", "TFLOP/s", HUNDRED);
        JmhJson after = run(SLOWER).property("mfu.torch", "2.7.1").secondary("roofline_tflops", "TFLOP/s", SLOWER);
        assertThat(only(gate(before, after)).verdict()).isEqualTo(Verdict.REGRESSED);
    }

    /** A slower libtorch is slower at the roofline's products, too: that is what people look for. */
    @Test
    void aSlowerLibtorchCannotHideBehindItsRoofline() {
        JmhJson before = at(1, "2.7.1", HUNDRED);
        assertThat(only(gate(before, at(0.95, "2.8.0", SLOWER))).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(only(gate(before, at(0.95, "2.7.1", SLOWER).property("mfu.torchPath", "/elsewhere")))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThat(only(gate(
                                before.param("gemm", "native"),
                                at(0.95, "2.7.1", SLOWER)
                                        .param("gemm", "native")
                                        .property("mfu.torchStamp", "rebuilt")))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
        JmhJson unknown = run(HUNDRED).secondary("roofline_tflops", "TFLOP/s", HUNDRED);
        JmhJson alike = run(SLOWER).secondary("roofline_tflops", "TFLOP/s", SLOWER);
        assertThat(only(gate(unknown, alike)).verdict()).isEqualTo(Verdict.REGRESSED);
    }

    @Test
    void interleavedForksShareTheirMachine() {
        assertThat(only(Gate.decideInterleaved(
                                entries(List.of(at(1, "2.7.1", HUNDRED))),
                                entries(List.of(at(0.95, "2.7.1", SLOWER))),
                                GatePolicy.DEFAULT))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
    }

    /** The share is decided as it is, and the roofline is red where libtorch may be the cause. */
    @Test
    void normalizedByTheRooflineASlowerMachineIsNotRedAndASlowerLibtorchIs() {
        GatePolicy shares = new GatePolicy(0.03, 0.05, false, List.of(), true, Optional.empty());
        List<JmhJson> before = List.of(at(1, "2.7.1", HUNDRED));
        GateResult machine = gate(shares, before, List.of(at(0.95, "2.7.1", SLOWER)));
        assertThat(machine.measurements())
                .extracting(Measurement::metric, Measurement::verdict)
                .containsExactly(tuple("roofline_share", Verdict.SAME), tuple("roofline_tflops", Verdict.INCONCLUSIVE));
        assertThat(machine.measurements().get(1).reason())
                .isEqualTo("5.2 % worse, statistically significant, but the machine was slower: libtorch is the same");
        assertThat(gate(shares, before, List.of(at(0.95, "2.8.0", SLOWER))).measurements())
                .extracting(Measurement::metric, Measurement::verdict)
                .containsExactly(tuple("roofline_share", Verdict.SAME), tuple("roofline_tflops", Verdict.REGRESSED));
        double[] tenthSlower = Arrays.stream(SLOWER).map(fork -> 0.95 * fork).toArray();
        assertThat(gate(shares, before, List.of(at(0.95, "2.7.1", tenthSlower))).verdict())
                .isEqualTo(Verdict.REGRESSED);
    }

    /** Decoding is bound by memory: its share is of the bandwidth, whatever products would reach. */
    @Test
    void aStepThatReadsMemoryIsHeldAgainstTheBandwidth() {
        assertThat(only(gate(reading(1, 1, HUNDRED), reading(0.95, 1, SLOWER))).reason())
                .contains("the bandwidth roofline is 5.2 % worse");
        assertThat(only(gate(reading(1, 1, HUNDRED), reading(1, 0.95, SLOWER))).verdict())
                .isEqualTo(Verdict.REGRESSED);
    }

    private static JmhJson reading(double bandwidth, double products, double... forks) {
        double[] roofline = new double[forks.length];
        double[] share = new double[forks.length];
        for (int i = 0; i < forks.length; i++) {
            roofline[i] = 10 * bandwidth * (1 + 0.001 * i);
            share[i] = forks[i] / roofline[i] / 20;
        }
        return at(products, "2.7.1", forks)
                .secondary("bandwidth_roofline_gbs", "GB/s", roofline)
                .secondary("bandwidth_share", "share", share);
    }

    @Test
    void timesAreBetterLow() {
        for (String mode : List.of("avgt", "sample", "ss")) {
            GateResult slower =
                    gate(run(HUNDRED).mode(mode, "us/op"), run(FASTER).mode(mode, "us/op"));
            assertThat(slower.verdict()).as(mode).isEqualTo(Verdict.REGRESSED);
            assertThat(only(slower).ratio().estimate()).isCloseTo(1 / 1.0534, within(1e-3));
        }
    }

    @Test
    void whatIsOnlyOnOneSideIsSaid() {
        JmhJson other = JmhJson.of("org.example.Some.other").forks(HUNDRED);
        GateResult result = gate(
                GatePolicy.DEFAULT,
                List.of(run(HUNDRED), other),
                List.of(run(SAME), run(SAME).param("size", "2")));
        assertThat(result.measurements())
                .extracting(Measurement::verdict)
                .containsExactly(Verdict.SAME, Verdict.MISSING, Verdict.NEW);
        assertThat(result.exitCode(false)).isZero();
        assertThat(result.exitCode(true)).isEqualTo(3);
    }

    @Test
    void nothingInCommonIsNeverGreen() {
        GateResult result =
                gate(run(HUNDRED), JmhJson.of("org.example.Other.run").forks(HUNDRED));
        assertThat(result.verdict()).isEqualTo(Verdict.INCOMPARABLE);
        assertThat(result.exitCode(false)).isEqualTo(2);
    }

    @Test
    void aBrokenRunIsFailed() {
        assertThat(only(gate(run(HUNDRED), run(Double.NaN, 100, 100))).reason())
                .isEqualTo("the score is not a number in 1 of 3 forks");
        assertThat(gate(run(HUNDRED), run(Double.NaN)).exitCode(false)).isEqualTo(1);
        Measurement lost = only(gate(run(HUNDRED), run(SAME).asked(10)));
        assertThat(lost.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(lost.reason()).isEqualTo("10 forks were requested and 5 returned a result");
    }

    @Test
    void aBrokenBaselineIsNotTheNewRunsFault() {
        GateResult result = gate(run(Double.NaN, 100, 100), run(SAME));
        assertThat(only(result).verdict()).isEqualTo(Verdict.INCOMPARABLE);
        assertThat(only(result).reason()).isEqualTo("the baseline has no number: score is NaN");
        assertThat(result.exitCode(false)).isEqualTo(2);
    }

    @Test
    void otherConditionsAreIncomparableWithTheReason() {
        JmhJson base = onDevice("H100")
                .param("dtype", "bf16")
                .param("program", "fused")
                .forks(HUNDRED);
        assertThat(why(base, onDevice("A100").param("dtype", "bf16").param("program", "fused")))
                .isEqualTo("device: H100 -> A100");
        assertThat(why(base, onDevice("H100").param("dtype", "fp32").param("program", "notebook")))
                .isEqualTo("precision: bf16 -> fp32; program: fused -> notebook");
        assertThat(why(
                        base,
                        onDevice("H100")
                                .param("dtype", "bf16")
                                .param("program", "fused")
                                .threads(4)))
                .isEqualTo("threads: 1 -> 4");
        assertThat(why(run(HUNDRED), run().mode("avgt", "s/op"))).isEqualTo("mode: thrpt -> avgt");
        assertThat(why(run(HUNDRED), run().mode("thrpt", "widgets/s"))).isEqualTo("unit: ops/s -> widgets/s");
    }

    private static JmhJson onDevice(String name) {
        return JmhJson.of("org.example.Some.run").property("mfu.device", name);
    }

    private static String why(JmhJson base, JmhJson other) {
        GateResult result = gate(base, other.forks(SAME));
        assertThat(result.exitCode(false)).isEqualTo(2);
        assertThat(only(result).verdict()).isEqualTo(Verdict.INCOMPARABLE);
        return only(result).reason();
    }

    @Test
    void otherVersionsAreNamedAndCompared() {
        GateResult result = gate(
                run(HUNDRED).property("mfu.commit", "abc").property("mfu.torch", "2.5"),
                run(SAME).property("mfu.commit", "def").property("mfu.torch", "2.7"));
        assertThat(result.verdict()).isEqualTo(Verdict.SAME);
        assertThat(result.differences()).containsExactly("PyTorch: 2.5 -> 2.7", "commit: abc -> def");
    }

    /** Each pass chooses its own backend, so the same condition changes in two ways. */
    @Test
    void aConditionThatChangesInSeveralWaysIsOneSentence() {
        JmhJson forward = JmhJson.of("org.example.Pass.forward").forks(HUNDRED);
        JmhJson backward = JmhJson.of("org.example.Pass.backward").forks(HUNDRED);
        GateResult result = Gate.decide(
                List.of(
                        forward.property("mfu.form", "plain").entry(),
                        backward.property("mfu.form", "hand").entry()),
                List.of(
                        forward.property("mfu.form", "hand").entry(),
                        backward.property("mfu.form", "plain").entry()),
                GatePolicy.DEFAULT);

        assertThat(result.differences())
                .containsExactly("backend of the fused program: plain -> hand (Pass.forward), hand -> plain"
                        + " (Pass.backward)");
    }

    @Test
    void bothPrecisionsInBothFilesArePairedEachWithItsOwn() {
        JmhJson half = onDevice("H100").param("dtype", "bf16");
        JmhJson full = onDevice("H100").param("dtype", "fp32");
        List<Entry> before =
                List.of(half.forks(HUNDRED).entry(), full.forks(HUNDRED).entry());
        List<Entry> after = List.of(full.forks(SLOWER).entry(), half.forks(SAME).entry());
        assertThat(Gate.decide(before, after, GatePolicy.DEFAULT).measurements())
                .extracting(Measurement::verdict)
                .containsExactly(Verdict.SAME, Verdict.REGRESSED);
    }

    @Test
    void aMeasurementTwiceInAFileIsASentence() {
        assertThatThrownBy(() -> gate(GatePolicy.DEFAULT, List.of(run(HUNDRED), run(SAME)), List.of(run(SAME))))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("measures the same as");
    }

    @Test
    void fewerThanThreeForksGetNoVerdict() {
        GateResult single = gate(run(100), run(50));
        assertThat(only(single).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(only(single).reason()).contains("a single measurement");
        assertThat(only(single).reason()).endsWith("(observed: 50.0 % worse)");
        assertThat(single.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(single.exitCode(false)).isZero();
        assertThat(single.exitCode(true)).isEqualTo(3);
        assertThat(only(gate(run(HUNDRED), run(50, 51))).reason()).startsWith("10 forks against 2");
        // Beside something that was tested it is only undecided.
        GateResult mixed = gate(
                GatePolicy.DEFAULT,
                List.of(run(HUNDRED), run(100).param("size", "2")),
                List.of(run(SAME), run(100).param("size", "2")));
        assertThat(mixed.exitCode(false)).isZero();
        assertThat(mixed.exitCode(true)).isEqualTo(3);
    }

    @Test
    void metricsAreChosenByName() {
        JmhJson before =
                run(HUNDRED).secondary("gc.alloc.rate.norm", "B/op", HUNDRED).secondary("odd", "---", HUNDRED);
        JmhJson after =
                run(SAME).secondary("gc.alloc.rate.norm", "B/op", FASTER).secondary("odd", "---", FASTER);
        GateResult both = gate(policy("score", "gc.alloc.rate.norm"), List.of(before), List.of(after));
        assertThat(both.measurements())
                .extracting(Measurement::verdict)
                .containsExactly(Verdict.SAME, Verdict.REGRESSED);
        assertThatThrownBy(() -> gate(policy("nosuch"), List.of(before), List.of(after)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Available: gc.alloc.rate.norm, odd, score");
        assertThatThrownBy(() -> gate(policy("odd"), List.of(before), List.of(after)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--better high");
        GatePolicy told =
                new GatePolicy(0.03, 0.05, false, List.of("odd"), false, Optional.of(Direction.HIGHER_IS_BETTER));
        assertThat(gate(told, List.of(before), List.of(after)).verdict()).isEqualTo(Verdict.IMPROVED);
    }

    private static GatePolicy policy(String... metrics) {
        return new GatePolicy(0.03, 0.05, false, List.of(metrics), false, Optional.empty());
    }

    @Test
    void aMetricThatGotLostIsNotSkipped() {
        JmhJson with = run(HUNDRED).secondary("mfu", "share", HUNDRED);
        JmhJson broken = run(SAME).secondary("mfu", "share", Double.NaN, Double.NaN, Double.NaN);
        assertThat(only(gate(policy("mfu"), List.of(with), List.of(run(SAME)))).verdict())
                .isEqualTo(Verdict.MISSING);
        assertThat(only(gate(policy("mfu"), List.of(with), List.of(broken))).verdict())
                .isEqualTo(Verdict.FAILED);
        assertThat(only(gate(policy("mfu"), List.of(broken), List.of(broken))).reason())
                .isEqualTo("neither file has a number: mfu is NaN");
        assertThat(only(gate(policy("mfu"), List.of(run(HUNDRED)), List.of(with)))
                        .verdict())
                .isEqualTo(Verdict.NEW);
        GateResult partly = gate(
                policy("mfu"),
                List.of(with, run(HUNDRED).param("size", "2")),
                List.of(with, run(SAME).param("size", "2")));
        assertThat(partly.warnings()).anyMatch(line -> line.contains("has no metric mfu and was not compared"));
    }

    @Test
    void sharesOfOtherPeaksAreIncomparable() {
        JmhJson before = run(HUNDRED).property("mfu.peakTflops", "312").secondary("mfu", "share", HUNDRED);
        JmhJson after = run(SAME).property("mfu.peakTflops", "77.97").secondary("mfu", "share", FASTER);
        assertThat(only(gate(policy("mfu"), List.of(before), List.of(after))).reason())
                .isEqualTo("shares of different peaks, in TFLOP/s: 312 -> 77.97");
        assertThat(gate(before, after).verdict()).as("the score itself").isEqualTo(Verdict.SAME);
    }

    @Test
    void zeroIsAValue() {
        double[] none = {0, 0, 0, 0, 0};
        assertThat(gate(run(HUNDRED), run(none)).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(gate(run(none), run(HUNDRED)).verdict()).isEqualTo(Verdict.IMPROVED);
        assertThat(gate(run(none), run(none)).verdict()).isEqualTo(Verdict.SAME);
        assertThat(gate(run(none), run(none)).isAnythingTested()).isTrue();
        JmhJson time = run(HUNDRED).mode("avgt", "us/op");
        assertThat(gate(run(none).mode("avgt", "us/op"), time).verdict()).isEqualTo(Verdict.REGRESSED);
        // A fork that gave nothing is noise as large as the value.
        assertThat(gate(run(HUNDRED), run(100, 0, 100, 101, 99)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        // A collapse needs no spread: not even one fork did anything.
        assertThat(gate(run(100), run(0)).verdict()).isEqualTo(Verdict.REGRESSED);
        assertThat(gate(run(100), run(Double.NaN)).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void swappingTheFilesInvertsARatioThatTouchesZero() {
        double[] some = {0, 1, 2, 1, 1};
        Measurement there = only(gate(run(HUNDRED), run(some)));
        Measurement back = only(gate(run(some), run(HUNDRED)));
        assertThat(back.ratio().estimate()).isCloseTo(1 / there.ratio().estimate(), within(1e-9));
        assertThat(there.ratio().estimate()).isCloseTo(1 / 100.08, within(1e-9));
        assertThat(there.ratio().high()).isCloseTo(1 / back.ratio().low(), within(1e-9));
        assertThat(back.verdict()).isEqualTo(Verdict.IMPROVED);
    }

    private static GateResult secondary(GatePolicy policy, String label, String unit, double[] before, double[] after) {
        return gate(
                policy,
                List.of(run(HUNDRED).secondary(label, unit, before)),
                List.of(run(HUNDRED).secondary(label, unit, after)));
    }

    private static double[] times(double[] values, double factor) {
        return Arrays.stream(values).map(x -> factor * x).toArray();
    }

    @Test
    void nothingBelowTheFloorOfItsUnitIsAChange() {
        String label = "gc.alloc.rate.norm";
        double[] little = times(HUNDRED, 1e-8);
        double[] fourTimes = times(SAME, 4e-8);
        assertThat(secondary(policy(label), label, "B/op", little, fourTimes).verdict())
                .isEqualTo(Verdict.SAME);
        assertThat(secondary(policy(label), label, "B/op", new double[5], fourTimes)
                        .verdict())
                .isEqualTo(Verdict.SAME);
        assertThat(secondary(policy(label), label, "KB/op", little, times(SAME, 4e-4))
                        .verdict())
                .as("40 B")
                .isEqualTo(Verdict.REGRESSED);
        assertThat(secondary(policy(label), label, "B/op", new double[5], times(SAME, 0.24))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThat(secondary(policy("throttled_share"), "throttled_share", "share", new double[5], fourTimes)
                        .verdict())
                .isEqualTo(Verdict.SAME);
        assertThat(secondary(policy("branch-misses"), "branch-misses", "#/op", little, fourTimes)
                        .verdict())
                .isEqualTo(Verdict.SAME);
        assertThat(secondary(policy("mfu"), "mfu", "share", fourTimes, little).verdict())
                .as("a small share is no noise")
                .isEqualTo(Verdict.REGRESSED);
    }

    @Test
    void theUserSetsTheFloor() {
        String label = "gc.alloc.rate.norm";
        GatePolicy none = floors(label, "none");
        assertThat(secondary(none, label, "B/op", times(HUNDRED, 1e-8), times(SAME, 4e-8))
                        .verdict())
                .isEqualTo(Verdict.REGRESSED);
        GatePolicy sixteen = floors(label, "B/op=16");
        GateResult raised = secondary(sixteen, label, "B/op", HUNDRED, FASTER);
        assertThat(raised.verdict()).isEqualTo(Verdict.SAME);
        assertThat(only(raised).warnings()).contains("near zero: a change below 16 B/op is ignored (--floor)");
        assertThat(secondary(sixteen, label, "B/op", HUNDRED, times(SAME, 1.5)).verdict())
                .isEqualTo(Verdict.REGRESSED);
        assertThatThrownBy(() -> Floors.DEFAULT.with(List.of("lots"))).isInstanceOf(BadInput.class);
    }

    private static GatePolicy floors(String metric, String floor) {
        return new GatePolicy(
                0.03, 0.05, false, List.of(metric), false, Optional.empty(), Floors.DEFAULT.with(List.of(floor)));
    }

    @Test
    void unitsThatConvertAreConverted() {
        Measurement time = only(gate(
                run(HUNDRED).mode("avgt", "ns/op"), run(times(SLOWER, 1e-3)).mode("avgt", "us/op")));
        assertThat(time.verdict()).isEqualTo(Verdict.IMPROVED);
        assertThat(time.unit()).isEqualTo("ns/op");
        assertThat(time.current()).isCloseTo(94.98, within(1e-9));
        assertThat(time.warnings()).contains("converted from us/op in the new run");
        assertThat(gate(run(HUNDRED), run(times(SAME, 1e-3)).mode("thrpt", "ops/ms"))
                        .verdict())
                .isEqualTo(Verdict.SAME);
    }

    @Test
    void labelsOfOldAndNewJmhAreOneMetric() {
        JmhJson old = run(HUNDRED).secondary("·gc.alloc.rate.norm", "B/op", HUNDRED);
        JmhJson recent = run(HUNDRED).secondary("gc.alloc.rate.norm", "B/op", SAME);
        for (String asked : List.of("gc.alloc.rate.norm", "·gc.alloc.rate.norm", "??gc.alloc.rate.norm")) {
            Measurement one = only(gate(policy(asked), List.of(old), List.of(recent)));
            assertThat(one.verdict()).isEqualTo(Verdict.SAME);
            assertThat(one.metric()).isEqualTo("gc.alloc.rate.norm");
        }
    }

    @Test
    void whatWasProbablyRenamedIsOffered() {
        assertThat(hints(JmhJson.of("old.pkg.B.m"), JmhJson.of("pkg.B.m")))
                .containsExactly("probably renamed: old.pkg.B.m -> pkg.B.m");
        assertThat(hints(
                        JmhJson.of("a.B.m").param("n", "1"), JmhJson.of("a.B.m").param("size", "1")))
                .containsExactly("probably renamed: a.B.m n=1 -> a.B.m size=1");
        assertThat(hints(
                        JmhJson.of("a.B.m").param("n", "1"), JmhJson.of("a.B.m").param("n", "2")))
                .containsExactly("probably renamed: a.B.m n=1 -> a.B.m n=2");
        assertThat(hints(JmhJson.of("a.B.m"), JmhJson.of("a.B.m").param("n", "2")))
                .containsExactly("probably renamed: a.B.m -> a.B.m n=2");
        assertThat(hints(JmhJson.of("a.B.m").param("n", "1").param("k", "1"), JmhJson.of("a.B.m")))
                .as("two parameters are another benchmark")
                .isEmpty();
        assertThat(hints(JmhJson.of("a.B.m"), JmhJson.of("b.C.m"))).isEmpty();
        assertThat(hints(JmhJson.of("a.B.m"), JmhJson.of("b.B.m").mode("avgt", "s/op")))
                .isEmpty();
    }

    /** Beside a measurement that both have. */
    private static List<String> hints(JmhJson before, JmhJson after) {
        GateResult result = gate(GatePolicy.DEFAULT, List.of(run(HUNDRED), before), List.of(run(SAME), after));
        assertThat(result.warnings()).anyMatch(line -> line.startsWith("1 measurement is missing and 1 is new"));
        return result.measurements().stream()
                .filter(one -> one.verdict() == Verdict.MISSING)
                .flatMap(one -> one.warnings().stream())
                .toList();
    }

    private static final GatePolicy ROOFLINE = new GatePolicy(0.03, 0.05, false, List.of(), true, Optional.empty());

    private static JmhJson withRoofline(double[] score, double[] share, double[] roofline) {
        return run(score)
                .secondary("tokens_per_s", "tok/s", score)
                .secondary("roofline_share", "share", share)
                .secondary("roofline_tflops", "TFLOP/s", roofline);
    }

    @Test
    void aSlowMachineIsCancelledByItsRooflineAndShown() {
        JmhJson before = withRoofline(HUNDRED, HUNDRED, HUNDRED);
        // The machine is slower as a whole: pass and roofline alike.
        GateResult result = gate(ROOFLINE, List.of(before), List.of(withRoofline(SLOWER, SAME, SLOWER)));
        assertThat(result.measurements())
                .extracting(Measurement::metric)
                .containsExactly("roofline_share", "roofline_tflops");
        assertThat(result.measurements())
                .extracting(Measurement::verdict)
                .as("a slower GEMM library can't hide behind it")
                .containsExactly(Verdict.SAME, Verdict.REGRESSED);
        Measurement.Raw raw = result.measurements().get(0).raw().orElseThrow();
        assertThat(raw.metric()).isEqualTo("tokens_per_s");
        assertThat(raw.ratio()).isCloseTo(94.98 / 100.08, within(1e-12));
        assertThat(result.measurements().get(1).raw()).isEmpty();
    }

    /** An empty call and a single product run no tokens. */
    @Test
    void theScoreIsComparedWhereNoForkHasTokens() {
        double[] none = {Double.NaN, Double.NaN, Double.NaN};
        GateResult result = gate(
                run(SAME).secondary("tokens_per_s", "tok/s", none),
                run(SLOWER).secondary("tokens_per_s", "tok/s", none));
        assertThat(only(result).metric()).isEqualTo("score");
        assertThat(result.verdict()).isEqualTo(Verdict.REGRESSED);
    }

    /** No state of the machine changes what is allocated. */
    @Test
    void allocationThatMovesTogetherIsNoStateOfTheMachine() {
        List<JmhJson> before = new java.util.ArrayList<>();
        List<JmhJson> after = new java.util.ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(run(HUNDRED).param("size", "n" + i).secondary("gc.alloc.rate.norm", "B/op", HUNDRED));
            double[] less = Arrays.stream(SAME).map(x -> 0.98 * x).toArray();
            after.add(run(HUNDRED).param("size", "n" + i).secondary("gc.alloc.rate.norm", "B/op", less));
        }
        GatePolicy allocation = policy("gc.alloc.rate.norm");
        assertThat(gate(allocation, before, after).measurements()).hasSize(4);
        assertThat(gate(allocation, before, after).warnings())
                .noneMatch(line -> line.contains("measurements moved together"));
    }

    @Test
    void allMovingTogetherIsWarnedOf() {
        List<JmhJson> before = new java.util.ArrayList<>();
        List<JmhJson> after = new java.util.ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(run(HUNDRED).param("size", "n" + i));
            after.add(run(Arrays.stream(SAME).map(x -> 0.98 * x).toArray()).param("size", "n" + i));
        }
        assertThat(gate(GatePolicy.DEFAULT, before, after).warnings())
                .anyMatch(line -> line.startsWith("All 4 measurements moved together, by about -2.1 %"));
        assertThat(Gate.decideInterleaved(entries(before), entries(after), GatePolicy.DEFAULT)
                        .warnings())
                .isEmpty();
        after.set(2, run(FASTER).param("size", "n2"));
        assertThat(gate(GatePolicy.DEFAULT, before, after).warnings()).isEmpty();
        assertThat(gate(run(HUNDRED), run(SAME)).warnings()).anyMatch(line -> line.startsWith("Only one measurement"));
        assertThat(Gate.decideInterleaved(
                                List.of(run(HUNDRED).entry()), List.of(run(SAME).entry()), GatePolicy.DEFAULT)
                        .warnings())
                .isEmpty();
    }

    @Test
    void theSecondLookOnlyDecidesWhatWasOpen() {
        GatePolicy look = GatePolicy.DEFAULT.withAlpha(GatePolicy.ALPHA_A_LOOK);
        List<JmhJson> before = List.of(run(HUNDRED), run(HUNDRED).param("size", "2"));
        GateResult first = gate(look, before, List.of(run(SLOWER), run(NOISY).param("size", "2")));
        assertThat(first.undecided())
                .extracting(one -> one.params().get("size"))
                .containsExactly("2");
        double[] ten = {99.2, 99.6, 99.8, 100, 100, 100.1, 100.3, 100.4, 100.6, 100.8};
        GateResult second = gate(look, before, List.of(run(SAME), run(ten).param("size", "2")));
        GateResult together = first.afterSecondLook(second);
        assertThat(together.measurements())
                .extracting(Measurement::verdict)
                .as("the first was decided at the first look")
                .containsExactly(Verdict.REGRESSED, Verdict.SAME);
        assertThat(together.undecided()).isEmpty();
    }

    /** A time of nothing is no improvement: the work did not run. Nor is it the same if both have it. */
    @Test
    void aTimeOfZeroInEveryForkFailed() {
        for (String mode : List.of("avgt", "ss", "sample")) {
            JmhJson thousand = run(1000, 1001, 999).mode(mode, "us/op");
            JmhJson nothing = run(0, 0, 0).mode(mode, "us/op");
            for (JmhJson before : List.of(thousand, nothing)) {
                GateResult result = gate(before, nothing);
                assertThat(only(result).verdict()).as(mode).isEqualTo(Verdict.FAILED);
                assertThat(only(result).reason()).isEqualTo("the score, a time, is 0 in every fork");
                assertThat(result.exitCode(false)).isEqualTo(1);
            }
        }
    }
}
