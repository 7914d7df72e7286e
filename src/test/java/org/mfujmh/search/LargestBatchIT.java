package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.search.SearchResult.Ending;

/** The search with real probes: processes of their own, real passes, a real guard, real lack of memory. */
@EnabledOnOs(OS.LINUX)
class LargestBatchIT {
    private static final long MIB = 1L << 20;
    private static final long CEILING = 2L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Map<String, MemoryUse> MEASURED = new HashMap<>();

    private final List<Probe> told = new ArrayList<>();

    private final LargestBatch.Listener listener = new LargestBatch.Listener() {
        @Override
        public void begins(int batch, double expectedSeconds) {}

        @Override
        public void ended(Probe probe) {
            told.add(probe);
        }

        @Override
        public void interrupted(List<Probe> soFar) {}
    };

    private static ProbedPass pass(String model, Pass pass, int tokens) {
        ModelSpec spec = new ModelSpec(Models.named(model), Program.FUSED, Precision.BF16, Gemm.UPCAST, Loss.SUM);
        return new ProbedPass(spec, pass, tokens, "cpu");
    }

    private static MemoryLimit limit(long bytes) {
        return new MemoryLimit(bytes, CEILING, "as tested");
    }

    private SearchResult search(ProbedPass probed, long limitBytes) {
        return LargestBatch.find(probed, limit(limitBytes), PATIENCE, listener, List.of());
    }

    /** What a batch takes without line or guard, run once for all tests. */
    private static MemoryUse measure(ProbedPass probed, int batch) {
        return MEASURED.computeIfAbsent(probed.describe() + " " + batch, any -> run(probed, batch));
    }

    private static MemoryUse run(ProbedPass probed, int batch) {
        MemoryGuard none = MemoryGuard.of(MemoryGuard.Kind.NONE, 0, 0).orElseThrow();
        ProbeOutcome verdict = new ProbeRunner(probed).run(batch, CEILING, none, PATIENCE);
        return verdict.use().orElseThrow(() -> new AssertionError("Batch " + batch + ": " + verdict));
    }

    /** A limit half-way between what two neighbours take: far from both, by more than two runs of one batch differ. */
    private static long between(ProbedPass probed, int batch) {
        return (measure(probed, batch).peakBytes() + measure(probed, batch + 1).peakBytes()) / 2;
    }

    /** The largest batch by running every one of the neighbourhood, without line or guard. */
    private static int byTryingAll(ProbedPass probed, int around, long limitBytes) {
        int largest = 0;
        for (int batch = Math.max(1, around - 1); batch <= around + 2; batch++) {
            if (measure(probed, batch).peakBytes() <= limitBytes) {
                largest = batch;
            }
        }
        return largest;
    }

    /**
     * With gpt-small's vocabulary, and narrow: a sequence of 64 tokens takes some 7 MiB for its logits, far more than two
     * runs differ by, and no time.
     */
    private static final String NARROW = """
            {"model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 2, "vocab_size": 50257, "n_positions": 64,
             "tie_word_embeddings": false}
            """;

    /** Below some three of them drawing the head, in fp32, is all that counts, and a batch more takes no more memory. */
    private static final int BEYOND_THE_HEAD = 12;

    /** Once with the guard of this machine and once with a limit on addresses, which every Linux has. */
    @Test
    void theAnswerIsThatOfTryingEveryBatchAndTheSameTwice(@TempDir Path folder) throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), NARROW);
        ProbedPass probed = pass(config.toString(), Pass.FORWARD, 64);
        int fitting = BEYOND_THE_HEAD;
        long limitBytes = between(probed, fitting);
        SearchResult here = search(probed, limitBytes);
        SearchResult again = LargestBatch.find(
                probed, limit(limitBytes), PATIENCE, listener, new ProbeRunner(probed), MemoryGuard.Kind.DATA_LIMIT);
        assertThat(here.ending()).isInstanceOf(Ending.Proved.class);
        assertThat(here.probes()).hasSizeLessThanOrEqualTo(5);
        int answer = here.largestBatch().orElseThrow();
        assertThat(answer).isEqualTo(fitting);
        assertThat(again.largestBatch()).hasValue(answer);
        assertThat(byTryingAll(probed, answer, here.limitBytes())).isEqualTo(answer);
        assertThat(told).hasSize(here.probes().size() + again.probes().size());
    }

    @Test
    void withBackwardTheTinyModelsAnswerIsProvedByTwoRuns() {
        ProbedPass probed = pass("gpt-tiny", Pass.FORWARD_BACKWARD, 64);
        long limitBytes = measure(probed, 1).peakBytes() + 120 * MIB;
        SearchResult result = search(probed, limitBytes);
        int answer = result.largestBatch().orElseThrow();
        assertThat(result.at(answer).orElseThrow().verdict()).isInstanceOf(ProbeOutcome.Fits.class);
        assertThat(result.at(answer + 1).orElseThrow().verdict().tooLarge()).isTrue();
        // Two runs of one batch differ by some sequences of this small a model: a twentieth is far more.
        assertThat(measure(probed, answer * 19 / 20).peakBytes()).isLessThanOrEqualTo(limitBytes);
        assertThat(measure(probed, answer * 21 / 20 + 1).peakBytes()).isGreaterThan(limitBytes);
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void underALimitOnAddressesALackOfMemoryIsAnAllocationThatFails(Pass pass) {
        // Decoding, the new token takes the last of 64 positions.
        ProbedPass probed = pass("gpt-tiny", pass, pass == Pass.DECODE ? 63 : 64);
        MemoryGuard guard =
                MemoryGuard.of(MemoryGuard.Kind.DATA_LIMIT, 600 * MIB, 0).orElseThrow();
        ProbeOutcome verdict = new ProbeRunner(probed).run(30_000, 600 * MIB, guard, PATIENCE);
        assertThat(verdict).isInstanceOfSatisfying(ProbeOutcome.OutOfMemory.class, none -> assertThat(none.reason())
                .contains("DefaultCPUAllocator: can't allocate memory"));
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void underAControlGroupALackOfMemoryIsAKillByTheKernel(Pass pass) {
        // Decoding, the new token takes the last of 64 positions.
        ProbedPass probed = pass("gpt-tiny", pass, pass == Pass.DECODE ? 63 : 64);
        MemoryGuard guard =
                MemoryGuard.of(MemoryGuard.Kind.CGROUP, 600 * MIB, 0).orElse(null);
        assumeTrue(guard != null, "no control group can be created here");
        ProbeOutcome verdict = new ProbeRunner(probed).run(30_000, 600 * MIB, guard, PATIENCE);
        assertThat(verdict).isInstanceOfSatisfying(ProbeOutcome.OutOfMemory.class, none -> assertThat(none.reason())
                .contains("137"));
    }

    @Test
    void aLimitBelowBatchOneIsToldWithWhatBatchOneNeeds() {
        SearchResult result = search(pass("gpt-tiny", Pass.FORWARD, 64), 100 * MIB);
        assertThat(result.ending()).isInstanceOfSatisfying(Ending.NothingFits.class, none -> assertThat(none.needs())
                .endsWith(" MiB"));
        assertThat(result.probes()).hasSize(1);
    }

    private SearchResult searchWith(Class<?> faulty, Duration patience) {
        ProbedPass probed = pass("gpt-tiny", Pass.FORWARD, 64);
        return LargestBatch.find(
                probed,
                limit(1_000 * MIB),
                patience,
                listener,
                new ProbeRunner(probed, faulty.getName()),
                LargestBatch.guardHere(probed));
    }

    @Test
    void aPlantedBugStopsTheSearchWithItsCause() {
        assertThat(searchWith(FaultyProbe.Bug.class, PATIENCE).ending())
                .isInstanceOfSatisfying(Ending.Stopped.class, stopped -> assertThat(stopped.cause())
                        .contains("a reason other than memory")
                        .contains("planted: the shapes do not agree"));
    }

    @Test
    void aProbeKilledBySomeoneElseIsNoLackOfMemory() {
        assertThat(searchWith(FaultyProbe.Killed.class, PATIENCE).ending())
                .isInstanceOfSatisfying(Ending.Stopped.class, stopped -> assertThat(stopped.cause())
                        .contains("exit code 137")
                        .contains("not by the kernel's out-of-memory killer"));
    }

    @Test
    void aHangingProbeIsKilledAndTold() {
        SearchResult result = searchWith(FaultyProbe.Hanging.class, Duration.ofSeconds(20));
        // A probe gets longer where those before it were slow: 9 s was seen on a busy machine, and so 24 s for this
        // one.
        List<Probe> before = told.subList(0, told.size() - 1);
        double most = ProbeTime.mostSeconds(told.get(before.size()).batch(), before);
        long allowed = Math.max(20, Math.round(LargestBatch.PATIENCE * most));
        assertThat(result.ending()).isInstanceOfSatisfying(Ending.Stopped.class, stopped -> assertThat(stopped.cause())
                .contains("did not finish within " + allowed + " s"));
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void aJavaHeapOrDirectMemoryErrorIsALackOfMemory() {
        ProbedPass probed = pass("gpt-tiny", Pass.FORWARD, 64);
        for (Class<?> faulty : List.of(FaultyProbe.HeapTooSmall.class, FaultyProbe.DirectMemoryTooSmall.class)) {
            MemoryGuard guard = MemoryGuard.of(MemoryGuard.Kind.NONE, 0, 0).orElseThrow();
            ProbeOutcome verdict = new ProbeRunner(probed, faulty.getName()).run(4, CEILING, guard, PATIENCE);
            assertThat(verdict).as(faulty.getSimpleName()).isInstanceOf(ProbeOutcome.OutOfMemory.class);
        }
    }
}
