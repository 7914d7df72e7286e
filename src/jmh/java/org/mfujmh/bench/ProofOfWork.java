package org.mfujmh.bench;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.mfujmh.engine.Checksum;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.Numerics;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.engine.SynchronisationCheck;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.roofline.SingleProduct;
import org.mfujmh.flops.Workload;
import org.mfujmh.flops.executed.ExecutedFlops;
import org.mfujmh.flops.executed.ExecutedTerm;
import org.mfujmh.flops.executed.Repetition;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.ZeroGradients;
import org.mfujmh.profiler.ExecutedReading;
import org.mfujmh.profiler.OverheadReading;

/**
 * Shows, once a fork and before anything is timed, that the method which is timed does the work that
 * it is paid for: as many tokens as the parameters say, every logit, every gradient in full, and the
 * FLOPs of the closed form in the matrix products that libtorch really ran.
 *
 * <p>What fails here fails the combination: a figure without its work is worse than none.
 */
final class ProofOfWork {
    /** The most logits of a pass that another is held against: half a GiB of 16-bit numbers. */
    private static final long MOST_LOGITS = 1L << 28;

    private final LanguageModel gpt;
    private final Pass pass;
    private final int sequences;
    private final int tokens;
    private final Repetition repetition;

    private ProofOfWork(LanguageModel gpt, Pass pass, int sequences, int tokens, Repetition repetition) {
        this.gpt = gpt;
        this.pass = pass;
        this.sequences = sequences;
        this.tokens = tokens;
        this.repetition = repetition;
    }

    /**
     * @return seconds of the pass that was looked at, the fork's first
     * @throws IllegalStateException if some of the work was not done, saying which
     */
    static double of(PassState state, LanguageModel gpt, TokenBatch batch, int sequences, int tokens) {
        Repetition repetition = new Repetition(state.microBatches(), state.runsBlocksAgain());
        ProofOfWork proof = new ProofOfWork(gpt, state.pass(), sequences, tokens, repetition);
        int micros = repetition.microBatches();
        demand(
                batch.tokens() == (long) micros * sequences * tokens,
                "the batch holds " + batch.tokens() + " tokens, not " + (micros == 1 ? "" : micros + " x ") + sequences
                        + " x " + tokens);
        long start = System.nanoTime();
        List<ExecutedOp> operations = OperatorTrace.during(() -> state.run(gpt, batch));
        double seconds = (System.nanoTime() - start) / 1e9;
        OverheadReading.operators(operations.size());
        proof.results(gpt.checksums());
        proof.products(operations);
        if (state.pass() == Pass.PREFILL) {
            proof.lastLogits(state, batch);
        }
        return seconds;
    }

    /**
     * Shows that a pass on a GPU returns only when the device has finished it. On a CPU operators are done when they
     * return, so nothing is run.
     *
     * @throws IllegalStateException if the pass returned earlier, with both times
     */
    static void ofSynchronisation(PassState state, LanguageModel gpt, TokenBatch batch) {
        if (batch.onGpu()) {
            try (SingleProduct tiny = SingleProduct.tiny(gpt)) {
                SynchronisationCheck check = new SynchronisationCheck(() -> tiny.run("y"));
                demandSynchronised(check.measure(() -> state.run(gpt, batch)), state.pass());
            }
        }
    }

    static void demandSynchronised(SynchronisationCheck.ReturnTiming timing, Pass pass) {
        demand(timing.synchronised(), timing.fault(pass.title()).orElse(""));
    }

    private void results(List<Checksum> results) {
        Architecture config = gpt.spec().config();
        if (!pass.computesGradients()) {
            demand(results.size() == 1, "the pass left " + results.size() + " tensors instead of only the logits");
            long each = pass == Pass.PREFILL ? 1 : tokens;
            check("the logits", results.get(0), List.of((long) sequences, each, (long) config.vocabulary()), false);
            return;
        }
        List<Tensor> layout = gpt.layout().parameters();
        demand(results.size() == layout.size(), results.size() + " gradients for " + layout.size() + " parameters");
        Set<String> zero =
                ZeroGradients.of(config, gpt.spec().program(), gpt.spec().loss(), tokens);
        for (int i = 0; i < layout.size(); i++) {
            Tensor parameter = layout.get(i);
            check(
                    "the gradient of " + parameter.name(),
                    results.get(i),
                    parameter.shape(),
                    zero.contains(parameter.name()));
        }
    }

    /**
     * Holds the logits of the last tokens against those of a pass that has all of them: of the first and the last
     * sequence, or where that would take too much memory, of a pass over the beginnings of these.
     */
    private void lastLogits(PassState state, TokenBatch batch) {
        Architecture config = gpt.spec().config();
        int compared = Math.min(sequences, 2);
        int affordable = (int) Math.min(tokens, Math.max(1, MOST_LOGITS / ((long) compared * config.vocabulary())));
        long[] ids = new long[compared * affordable];
        long[] all = batch.ids();
        for (int i = 0; i < compared; i++) {
            System.arraycopy(all, i * (sequences - 1) * tokens, ids, i * affordable, affordable);
        }
        long[] rows = compared == 1 ? new long[] {0} : new long[] {0, sequences - 1};
        try (TokenBatch few = gpt.batch(compared, affordable, ids, ids)) {
            if (affordable < tokens) {
                state.run(gpt, few);
                rows = LongStream.range(0, compared).toArray();
            }
            double distance = gpt.lastLogitsDistance(few, rows);
            double bound = config.hasExperts()
                    ? ProofOfDecoding.TOLERANCE_AFTER_EXPERTS
                    : ProofOfDecoding.TOLERANCE
                            * Numerics.bound(config, gpt.spec().precision(), false);
            demand(
                    distance <= bound,
                    "the logits of the last tokens differ from those of a pass that has all by " + distance
                            + ", more than rounding explains (" + bound + ")");
        }
    }

    private void check(String what, Checksum found, List<Long> shape, boolean mayBeZero) {
        demand(found.shape().equals(shape), what + " has shape " + found.shape() + ", not " + shape);
        demand(
                found.notFinite() == 0 || mayOverflow(),
                what + " has " + found.notFinite() + " numbers that are NaN or infinite");
        demand(found.sumOfMagnitudes() != 0 || mayBeZero, what + " is all zero");
    }

    /** The gradients of a sum of all logits pass fp16's range, however they are computed; the suite says so. */
    private boolean mayOverflow() {
        return pass == Pass.FORWARD_BACKWARD
                && gpt.spec().precision() == Precision.FP16
                && gpt.spec().loss() == Loss.SUM;
    }

    private void products(List<ExecutedOp> operations) {
        ExecutedFlops executed = ExecutedFlops.of(operations);
        ExecutedReading.set(executed.total().doubleValue());
        demand(executed.unknownOperators().isEmpty(), "operators of unknown FLOPs ran: " + executed.unknownOperators());
        Workload workload = new Workload(gpt.spec().config(), sequences, tokens);
        for (ExecutedTerm term : executed.compare(workload, gpt.spec().program(), pass, repetition)) {
            demand(
                    term.explained(),
                    "products " + term.name() + " (" + term.shape() + "): " + term.executedCalls()
                            + " ran where the closed form has " + term.expectedCalls());
        }
    }

    /** @throws IllegalStateException with the clause, if it is not done */
    static void demand(boolean done, String otherwise) {
        if (!done) {
            throw new IllegalStateException("Suspect, proof of work failed: " + otherwise + ".");
        }
    }
}
