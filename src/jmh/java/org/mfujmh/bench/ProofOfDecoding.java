package org.mfujmh.bench;

import java.util.List;
import org.mfujmh.engine.Checksum;
import org.mfujmh.engine.DecodeSession;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.Numerics;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.engine.SynchronisationCheck;
import org.mfujmh.engine.roofline.SingleProduct;
import org.mfujmh.flops.executed.ExecutedFlops;
import org.mfujmh.flops.executed.ExecutedTerm;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Pass;
import org.mfujmh.profiler.OverheadReading;

/**
 * Shows, once a fork and before anything is timed, that a decoding step does the work that it is paid for: the matrix
 * products of every layer with every slot of the cache, logits, keys and values as a pass over the whole sequence has
 * them, and the likeliest token handed to the next step.
 */
final class ProofOfDecoding {

    /** Step and full pass each round so much, by other ways; and a bound is not an estimate. */
    static final double TOLERANCE = 3;

    /** Rounding may turn a close choice of experts, which changes what follows it; an error changes all of it. */
    static final double TOLERANCE_AFTER_EXPERTS = 0.5;

    private ProofOfDecoding() {}

    /**
     * Runs the session's first step and checks it.
     *
     * @throws IllegalStateException if some of the work was not done, saying which
     */
    static void of(LanguageModel gpt, DecodeSession session) {
        long[] tokens = session.nextTokens();
        List<ExecutedOp> operations = OperatorTrace.during(session::step);
        OverheadReading.operators(operations.size());
        products(gpt, session, operations);
        cache(gpt, session);
        nextTokens(gpt, session);
        distances(gpt, session.distancesFromFullPass(tokens));
        gpt.dropResults();
    }

    /** As {@link ProofOfWork#ofSynchronisation} for a step. */
    static void ofSynchronisation(LanguageModel gpt, DecodeSession session) {
        if (session.onGpu()) {
            try (SingleProduct tiny = SingleProduct.tiny(gpt)) {
                SynchronisationCheck check = new SynchronisationCheck(() -> tiny.run("y"));
                ProofOfWork.demandSynchronised(check.measure(session::step), Pass.DECODE);
            }
        }
    }

    private static void products(LanguageModel gpt, DecodeSession session, List<ExecutedOp> operations) {
        ExecutedFlops executed = ExecutedFlops.of(operations);
        ProofOfWork.demand(
                executed.unknownOperators().isEmpty(),
                "operators of unknown FLOPs ran: " + executed.unknownOperators());
        for (ExecutedTerm term :
                executed.compareStep(gpt.spec().config(), session.sequences(), session.cachedTokens())) {
            ProofOfWork.demand(
                    term.explained(),
                    "products " + term.name() + " (" + term.shape() + "): " + term.executedCalls()
                            + " ran where a step has " + term.expectedCalls() + ", or their sizes differ");
        }
    }

    private static void cache(LanguageModel gpt, DecodeSession session) {
        List<Checksum> cache = session.cache();
        Architecture config = gpt.spec().config();
        ProofOfWork.demand(cache.size() == 2 * config.layers(), "the cache has " + cache.size() + " tensors");
        for (int i = 0; i < cache.size(); i++) {
            Attention.Grouped attention =
                    (Attention.Grouped) config.blocks().get(i / 2).attention();
            int tokens = session.cachedTokens() + 1;
            int window = attention.window();
            List<Long> shape = List.of(
                    (long) session.sequences(),
                    (long) attention.keyValueHeads(),
                    (long) (window == 0 ? tokens : Math.min(tokens, window)),
                    (long) attention.headWidth());
            String what = "the cache of layer " + i / 2;
            ProofOfWork.demand(cache.get(i).shape().equals(shape), what + " does not have the shape " + shape);
            ProofOfWork.demand(cache.get(i).notFinite() == 0, what + " has numbers that are NaN or infinite");
            ProofOfWork.demand(cache.get(i).sumOfMagnitudes() != 0, what + " is all zero");
        }
    }

    private static void nextTokens(LanguageModel gpt, DecodeSession session) {
        List<Checksum> logits = gpt.checksums();
        List<Long> shape =
                List.of((long) session.sequences(), (long) gpt.spec().config().vocabulary());
        ProofOfWork.demand(
                logits.size() == 1 && logits.get(0).shape().equals(shape),
                "the logits of the step do not have the shape " + shape);
        ProofOfWork.demand(session.isGreedy(), "the next step does not continue with the likeliest token");
    }

    private static void distances(LanguageModel gpt, List<Double> distances) {
        Architecture config = gpt.spec().config();
        double bound = TOLERANCE * Numerics.bound(config, gpt.spec().precision(), false);
        for (int i = 0; i < distances.size(); i++) {
            int layer = (i - 1) / 2;
            // Nothing comes before the first layer's keys and values that could choose.
            boolean afterExperts = config.hasExperts() && (i == 0 || layer > 0);
            double most = afterExperts ? Math.max(bound, TOLERANCE_AFTER_EXPERTS) : bound;
            ProofOfWork.demand(
                    distances.get(i) <= most,
                    (i == 0
                                    ? "the logits"
                                    : (i % 2 == 1 ? "the keys" : "the values") + " in the cache of layer " + layer)
                            + " differ from those of a pass over the whole sequence by " + distances.get(i)
                            + ", more than rounding explains (" + most + ")");
        }
    }
}
