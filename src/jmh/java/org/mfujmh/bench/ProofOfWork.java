package org.mfujmh.bench;

import java.util.List;
import org.mfujmh.engine.Checksum;
import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.TracedOperation;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.ParameterLayout;
import org.mfujmh.gpt.Pass;
import org.mfujmh.gpt.Program;

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
    private final long sequences;
    private final long tokens;

    private ProofOfWork(GptModel gpt, Pass pass, long sequences, long tokens) {
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
        List<TracedOperation> operations = TracedOperation.during(() -> state.run(gpt, batch));
        proof.results(gpt.checksums());
        proof.products(operations);
    }

    private void results(List<Checksum> results) {
        GptConfig config = gpt.spec().config();
        if (pass == Pass.FORWARD) {
            demand(results.size() == 1, "the pass left " + results.size() + " tensors, not the logits alone");
            check("the logits", results.get(0), List.of(sequences, tokens, (long) config.vocabulary()));
            return;
        }
        List<ParameterLayout.Parameter> layout = gpt.layout().parameters();
        demand(results.size() == layout.size(), results.size() + " gradients for " + layout.size() + " parameters");
        for (int i = 0; i < layout.size(); i++) {
            check(
                    "the gradient of " + layout.get(i).name(),
                    results.get(i),
                    layout.get(i).shape());
        }
    }

    private static void check(String what, Checksum found, List<Long> shape) {
        demand(found.shape().equals(shape), what + " has shape " + found.shape() + ", not " + shape);
        demand(found.notFinite() == 0, what + " has " + found.notFinite() + " numbers that are NaN or infinite");
        // Mathematics makes the gradient of key biases zero; rounding leaves next to nothing of it.
        demand(found.sumOfMagnitudes() > 0 || what.endsWith(".key.bias"), what + " is zero throughout");
    }

    private void products(List<TracedOperation> operations) {
        GptConfig config = gpt.spec().config();
        long passes = pass == Pass.FORWARD ? 1 : 3;
        long linear = 2 * passes * sequences * tokens * config.matmulWeights();
        long square = 2 * sequences * tokens * tokens * config.width() * config.layers();
        boolean book = gpt.spec().program() == Program.NOTEBOOK;
        ExecutedProducts executed = ExecutedProducts.of(operations);
        demand(
                executed.matrixFlops() == linear + (book ? 2 * passes * square : 0),
                "matrix products of " + executed.matrixFlops() + " FLOPs ran, where the closed form has "
                        + (linear + (book ? 2 * passes * square : 0)));
        if (!book) {
            demand(
                    executed.attentionForwardFlops() == 2 * square,
                    "attention of " + executed.attentionForwardFlops() + " FLOPs ran, not " + 2 * square);
            demand(
                    pass == Pass.FORWARD || executed.attentionBackwardCalls() == config.layers(),
                    executed.attentionBackwardCalls() + " attentions ran backward, not " + config.layers());
        }
    }

    private static void demand(boolean done, String otherwise) {
        if (!done) {
            throw new IllegalStateException("Suspect, proof of work failed: " + otherwise + ".");
        }
    }
}
