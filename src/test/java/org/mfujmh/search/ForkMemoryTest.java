package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** Which batch is measured, over forks whose memory is made up: each takes some times what its pass takes. */
class ForkMemoryTest {
    private static final long MIB = 1L << 20;
    private static final ProbedPass PASS = new ProbedPass(
            new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM),
            Pass.FORWARD,
            64,
            "cpu");

    private static ProbeOutcome outcome(long bytes, long limit) {
        MemoryUse use = new MemoryUse(0, bytes, bytes, 0, 1);
        return bytes > limit ? new ProbeOutcome.OverLimit(use, limit) : new ProbeOutcome.Fits(use);
    }

    /** A search over a line of 200 MiB and so much a sequence. */
    private static SearchResult found(int largest, int perSequenceMib, long limit) {
        List<Probe> probes = new ArrayList<>();
        for (int batch : new int[] {1, largest, largest + 1}) {
            probes.add(new Probe(batch, outcome((200 + (long) batch * perSequenceMib) * MIB, limit)));
        }
        return new SearchResult(PASS, limit, probes, new SearchResult.Ending.Proved(largest));
    }

    /** An eighth of the limit stays free, and next to nothing more: the batch is no smaller than it has to be. */
    @Property(tries = 1000)
    void theForkOfItsAnswerStaysBelowTheLimitByWhatIsKeptBack(
            @ForAll @IntRange(min = 2, max = 4000) int largest,
            @ForAll @IntRange(min = 1, max = 200) int perSequenceMib,
            @ForAll @IntRange(min = 100, max = 300) int percent,
            @ForAll @IntRange(min = 1000, max = 3000) int diesAtPerMille) {
        long limit = (200 + (long) largest * perSequenceMib) * MIB;
        List<Integer> tried = new ArrayList<>();
        ForkMemory.Fitted fitted = ForkMemory.fit(found(largest, perSequenceMib, limit), limit, batch -> {
            tried.add(batch);
            long bytes = fork(batch, perSequenceMib, percent);
            return bytes > limit / 1000 * diesAtPerMille
                    ? new ProbeOutcome.OutOfMemory("killed by the kernel")
                    : outcome(bytes, limit);
        });
        assertThat(tried.get(0)).isEqualTo(largest);
        if (fitted.batch().isEmpty()) {
            assertThat(fork(1, perSequenceMib, percent)).isGreaterThan(limit / 1000 * Math.min(1000, diesAtPerMille));
            return;
        }
        int batch = fitted.batch().getAsInt();
        assertThat(fitted.peakBytes()).isEqualTo(fork(batch, perSequenceMib, percent));
        assertThat(fitted.peakBytes()).isLessThanOrEqualTo(batch == 1 ? limit : limit - limit / 8);
        boolean died = fork(largest, perSequenceMib, percent) > limit / 1000 * diesAtPerMille;
        if (batch < largest && !died) {
            assertThat(fork(batch + 1, perSequenceMib, percent)).isGreaterThan(limit - limit / 8);
            assertThat(tried).hasSizeLessThanOrEqualTo(3); // the third where rounding puts the second one too high
        }
    }

    private static long fork(int batch, int perSequenceMib, int percent) {
        return 200 * MIB + (long) batch * perSequenceMib * percent * (MIB / 100);
    }

    @Test
    void whereNotEvenOneSequenceFitsItSaysWhatAForkOfItNeeds() {
        long limit = 300 * MIB;
        ForkMemory.Fitted fitted = ForkMemory.fit(found(4, 20, limit), limit, batch -> outcome(400 * MIB, limit));
        assertThat(fitted.batch()).isEqualTo(OptionalInt.empty());
        assertThat(fitted.why()).contains("a fork of batch 1").contains("400.0 MiB");
    }

    @Test
    void aForkThatFailsForAnotherReasonIsNoLackOfMemory() {
        ForkMemory.Fitted fitted = ForkMemory.fit(
                found(4, 20, 300 * MIB), 300 * MIB, batch -> new ProbeOutcome.Broken("planted: shapes do not agree"));
        assertThat(fitted.batch()).isEmpty();
        assertThat(fitted.why()).contains("at batch 4").contains("planted: shapes do not agree");
    }
}
