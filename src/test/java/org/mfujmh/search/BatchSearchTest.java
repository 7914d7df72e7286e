package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** The search by itself, over memory that is made up, and so known: the oracle tries every batch. */
class BatchSearchTest {
    private static final long MIB = 1L << 20;
    private static final ProbedPass PASS = new ProbedPass(
            new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.UPCAST, Loss.SUM),
            Pass.FORWARD,
            64,
            "cpu");
    private static final int MOST = 20_000;

    /** Peaks as a function of the batch; what needs more than the guard dies unmeasured. */
    private static BatchSearch.Prober memory(IntToLongFunction peak, long limit, long guard) {
        return (batch, soFar) -> {
            long bytes = peak.applyAsLong(batch);
            MemoryUse use = new MemoryUse(peak.applyAsLong(0), bytes, bytes, 0, batch * 0.1);
            if (bytes > guard) {
                return new ProbeOutcome.OutOfMemory("planted");
            }
            return bytes > limit ? new ProbeOutcome.OverLimit(use, limit) : new ProbeOutcome.Fits(use);
        };
    }

    private static int byTryingAll(IntToLongFunction peak, long limit) {
        int largest = 0;
        for (int batch = 1; batch <= MOST && peak.applyAsLong(batch) <= limit; batch++) {
            largest = batch;
        }
        return largest;
    }

    private static SearchResult search(long limit, long guard, IntToLongFunction peak) {
        return BatchSearch.run(PASS, limit, guard, memory(peak, limit, guard));
    }

    private static int answer(SearchResult result) {
        return result.ending() instanceof SearchResult.Ending.NothingFits
                ? 0
                : result.largestBatch().orElseThrow();
    }

    private static final int NOISE_MIB = 4;

    @Property(tries = 2000)
    void onALineItIsRightInAtMostFiveProbes(
            @ForAll @LongRange(min = 200, max = 4_000) long fixedMib,
            @ForAll @IntRange(min = 200, max = 400_000) int sequenceKib,
            @ForAll @LongRange(min = 0, max = 20_000) long roomMib) {
        IntToLongFunction peak = batch -> fixedMib * MIB + batch * (sequenceKib * 1024L);
        long limit = (fixedMib + roomMib) * MIB;
        int expected = byTryingAll(peak, limit);
        if (expected == MOST) {
            return;
        }
        SearchResult result = search(limit, limit + limit / 32 + 64 * MIB, peak);
        assertThat(answer(result)).isEqualTo(expected);
        assertThat(result.probes()).hasSizeLessThanOrEqualTo(5);
    }

    /** A pass needs work space of its own besides, so that one probe guesses too low; and a process is not the same twice. */
    @Property(tries = 1000)
    void withNoiseAndWorkSpaceItStaysWithinFiveProbesWhereASequenceIsMuchLargerThanTheNoise(
            @ForAll @LongRange(min = 0, max = 1_500) long workMib,
            @ForAll @IntRange(min = 20, max = 600) int sequenceMib,
            @ForAll @LongRange(min = 0, max = 90_000) long roomMib,
            @ForAll long seed) {
        Random noise = new Random(seed);
        List<Long> of = new ArrayList<>();
        for (int i = 0; i < 8192; i++) {
            of.add((long) (noise.nextDouble() * MIB));
        }
        IntToLongFunction peak = batch ->
                batch == 0 ? 600 * MIB : (600 + workMib + (long) batch * sequenceMib) * MIB + of.get(batch % 8192);
        long limit = (600 + workMib + roomMib) * MIB + MIB / 2;
        SearchResult result = search(limit, limit + limit / 32 + 64 * MIB, peak);
        assertThat(answer(result)).isEqualTo(byTryingAll(peak, limit));
        // Where the limit lies within some noise of what a batch takes, the line cannot tell which side, and probes do.
        long above = roomMib % sequenceMib;
        if (above >= NOISE_MIB && above <= sequenceMib - NOISE_MIB) {
            assertThat(result.probes()).hasSizeLessThanOrEqualTo(5);
        }
    }

    /**
     * Sequences that are smaller than the noise, as of gpt-tiny: near the answer, while nothing is known not to fit, a
     * batch far beyond it proves nothing, takes long, and dies.
     */
    @Property(tries = 1000)
    void onANoisyLineNoBatchFarBeyondTheLimitIsTriedOnceItIsNear(
            @ForAll @IntRange(min = 60, max = 400) int sequenceKib,
            @ForAll @LongRange(min = 60, max = 400) long roomMib,
            @ForAll long seed) {
        Random noise = new Random(seed);
        List<Long> of = new ArrayList<>();
        for (int i = 0; i < 8192; i++) {
            of.add((long) (noise.nextDouble() * 3 * MIB));
        }
        IntToLongFunction peak = batch -> 220 * MIB + batch * (sequenceKib * 1024L) + of.get(batch % 8192);
        long limit = (220 + roomMib) * MIB;
        SearchResult result = search(limit, limit + limit / 32 + 64 * MIB, peak);
        double truth = roomMib * 1024.0 / sequenceKib;
        int fits = 0;
        boolean bounded = false;
        for (Probe probe : result.probes()) {
            if (!bounded && fits > 0.8 * truth) {
                assertThat((double) probe.batch()).isLessThan(1.3 * truth + 3 * 1024.0 / sequenceKib);
            }
            bounded |= probe.verdict().tooLarge();
            fits = probe.verdict().tooLarge() ? fits : Math.max(fits, probe.batch());
        }
        int answer = answer(result);
        assertThat(peak.applyAsLong(answer)).isLessThanOrEqualTo(limit);
        assertThat(peak.applyAsLong(answer + 1)).isGreaterThan(limit);
    }

    @Property(tries = 1000)
    void whateverTheCurveItIsRightWhileItGrows(
            @ForAll @IntRange(min = 1, max = 40) int power,
            @ForAll @IntRange(min = 1, max = 3_000) int stepAt,
            @ForAll @LongRange(min = 0, max = 3_000) long stepMib,
            @ForAll @LongRange(min = 1, max = 20_000) long roomMib,
            @ForAll @IntRange(min = 0, max = 64) int slackMib) {
        IntToLongFunction peak = batch ->
                300 * MIB + (long) (Math.pow(batch, power / 20.0) * MIB) + (batch >= stepAt ? stepMib * MIB : 0);
        long limit = (300 + roomMib) * MIB;
        int expected = byTryingAll(peak, limit);
        if (expected == MOST) {
            return;
        }
        SearchResult result = search(limit, limit + slackMib * MIB, peak);
        assertThat(answer(result)).isEqualTo(expected);
        assertThat(result.probes()).hasSizeLessThanOrEqualTo(5 + 2 * 32);
    }

    @Test
    void theEndIsProofTheBatchAndTheNextWereBothRun() {
        IntToLongFunction peak = batch -> (600 + 37L * batch) * MIB;
        long limit = 5_000 * MIB;
        SearchResult result = search(limit, limit + 100 * MIB, peak);
        int largest = result.largestBatch().orElseThrow();
        assertThat(largest).isEqualTo(118);
        assertThat(result.at(largest).orElseThrow().verdict()).isInstanceOf(ProbeOutcome.Fits.class);
        assertThat(result.at(largest + 1).orElseThrow().verdict().tooLarge()).isTrue();
    }

    @Test
    void aBugStopsTheSearchAndIsNeverTakenForTooLarge() {
        SearchResult result = BatchSearch.run(
                PASS,
                1_000 * MIB,
                1_000 * MIB,
                (batch, soFar) -> batch == 1
                        ? new ProbeOutcome.Fits(new MemoryUse(600 * MIB, 601 * MIB, 601 * MIB, 0, 1))
                        : new ProbeOutcome.Broken("planted"));
        assertThat(result.largestBatch()).isEmpty();
        assertThat(result.ending())
                .isInstanceOfSatisfying(SearchResult.Ending.Stopped.class, stopped -> assertThat(stopped.cause())
                        .contains("a reason other than memory")
                        .contains("planted"));
    }

    @Test
    void aHangStopsTheSearchAndSaysThatTimeWasTheReason() {
        SearchResult result = BatchSearch.run(
                PASS, 1_000 * MIB, 1_000 * MIB, (batch, soFar) -> new ProbeOutcome.Hung(Duration.ofSeconds(90)));
        assertThat(result.ending())
                .isInstanceOfSatisfying(SearchResult.Ending.Stopped.class, stopped -> assertThat(stopped.cause())
                        .contains("within 90 s")
                        .contains("--timeout"));
    }

    @Test
    void whereNothingFitsItSaysWhatBatchOneNeeds() {
        IntToLongFunction peak = batch -> (700 + 100L * batch) * MIB;
        SearchResult result = search(500 * MIB, 4_000 * MIB, peak);
        assertThat(result.probes()).hasSize(1);
        assertThat(result.ending()).isEqualTo(new SearchResult.Ending.NothingFits("800.0 MiB"));
    }
}
