package org.mfujmh.bench;

import java.util.List;
import org.mfujmh.engine.Checksum;
import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.engine.SynchronisationCheck;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.roofline.SingleProduct;
import org.mfujmh.flops.Workload;
import org.mfujmh.flops.executed.ExecutedFlops;
import org.mfujmh.flops.executed.ExecutedTerm;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Tensor;

/**
 * Shows, once a fork and before anything is timed, that the method which is timed does the work that
 * it is paid for: as many tokens as the parameters say, every logit, every gradient in full, and the
 * FLOPs of the closed form in the matrix products that libtorch really ran.
 *
 * <p>What fails here fails the combination: a figure without its work is worse than none.
 */
final class ProofOfWork {
    private final GptModel gpt;
    private final Pass pass;
    private final int sequences;
    private final int tokens;

    private ProofOfWork(GptModel gpt, Pass pass, int sequences, int tokens) {
        this.gpt = gpt;
        this.pass = pass;
        this.sequences = sequences;
        this.tokens = tokens;
    }

    /** @throws IllegalStateException where some of the work was not done, saying which */
    static void of(PassState state, GptModel gpt, TokenBatch batch, int sequences, int tokens) {
        ProofOfWork proof = new ProofOfWork(gpt, state.pass(), sequences, tokens);
        demand(
                batch.tokens() == (long) sequences * tokens,
                "the batch holds " + batch.tokens() + " tokens, not " + sequences + " x " + tokens);
        List<ExecutedOp> operations = OperatorTrace.during(() -> state.run(gpt, batch));
        proof.results(gpt.checksums());
        proof.products(operations);
    }

    /**
     * Shows that a pass on a GPU returns only when the device has finished it. On a CPU operators are done when they
     * return, so nothing is run.
     *
     * @throws IllegalStateException if the pass returned earlier, with both times
     */
    static void ofSynchronisation(PassState state, GptModel gpt, TokenBatch batch) {
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
        if (pass == Pass.FORWARD) {
            demand(results.size() == 1, "the pass left " + results.size() + " tensors, not the logits alone");
            check("the logits", results.get(0), List.of((long) sequences, (long) tokens, (long) config.vocabulary()));
            return;
        }
        List<Tensor> layout = gpt.layout().parameters();
        demand(results.size() == layout.size(), results.size() + " gradients for " + layout.size() + " parameters");
        for (int i = 0; i < layout.size(); i++) {
            check(
                    "the gradient of " + layout.get(i).name(),
                    results.get(i),
                    layout.get(i).shape());
        }
    }

    private void check(String what, Checksum found, List<Long> shape) {
        demand(found.shape().equals(shape), what + " has shape " + found.shape() + ", not " + shape);
        demand(
                found.notFinite() == 0 || mayOverflow(),
                what + " has " + found.notFinite() + " numbers that are NaN or infinite");
        // Mathematics makes the gradient of key biases zero; rounding leaves next to nothing of it.
        demand(found.sumOfMagnitudes() != 0 || what.endsWith(".key.bias"), what + " is zero throughout");
    }

    /** The gradients of a sum of all logits pass fp16's range, however they are computed; the suite says so. */
    private boolean mayOverflow() {
        return pass == Pass.FORWARD_BACKWARD
                && gpt.spec().precision() == Precision.FP16
                && gpt.spec().loss() == Loss.SUM;
    }

    private void products(List<ExecutedOp> operations) {
        ExecutedFlops executed = ExecutedFlops.of(operations);
        demand(
                executed.unknownOperators().isEmpty(),
                "operators ran whose FLOPs are not known here: " + executed.unknownOperators());
        Workload workload = new Workload(gpt.spec().config(), sequences, tokens);
        for (ExecutedTerm term : executed.compare(workload, gpt.spec().program(), pass)) {
            demand(
                    term.explained(),
                    "of the products " + term.name() + " (" + term.shape() + ") " + term.executedCalls()
                            + " ran where the closed form has " + term.expectedCalls());
        }
    }

    static void demand(boolean done, String otherwise) {
        if (!done) {
            throw new IllegalStateException("Suspect, proof of work failed: " + otherwise + ".");
        }
    }
}
