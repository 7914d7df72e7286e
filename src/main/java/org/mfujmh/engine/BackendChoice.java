package org.mfujmh.engine;

import org.mfujmh.model.Backend;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

/**
 * In which form the fused program runs on this machine. Which is faster depends on how the machine multiplies, so
 * both are timed, with a model of the same width and two layers.
 *
 * @param form the faster one
 * @param handSeconds of the short model's pass by hand; NaN where there was nothing to measure
 * @param plainSeconds of the same pass in the plain form
 */
public record BackendChoice(Backend form, double handSeconds, double plainSeconds) {

    /** The system property by which a process is told its form, so that all forks of a suite run the same. */
    public static final String PROPERTY = "mfu.form";

    private static final int LAYERS = 2;
    private static final int VOCABULARY = 4096;
    private static final int MOST_TOKENS = 1024;
    private static final int ROUNDS = 4;

    /**
     * The plain form has to be faster by this in every round. The short model leaves out most of the head, where by
     * hand gains most, and a choice made in a noisy moment stays for all forks of a suite.
     */
    private static final double MARGIN = 1.05;

    /** Whether there is anything to choose: by hand exists for the fused program on CPUs alone. */
    public static boolean isOpen(Program program, String device) {
        return program == Program.FUSED && device.equals("cpu");
    }

    /** The form that this process was started for by {@link #PROPERTY}; where it was for none, what is measured. */
    public static Backend ofThisProcess(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        String told = System.getProperty(PROPERTY, "");
        return told.isEmpty() || !isOpen(spec.program(), device)
                ? measure(spec, pass, device, sequences, tokens).form()
                : Backend.of(told);
    }

    /** Measures both forms, some seconds. */
    public static BackendChoice measure(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        if (!isOpen(spec.program(), device)) {
            return new BackendChoice(Backend.AUTOGRAD, Double.NaN, Double.NaN);
        }
        GptConfig config = spec.config();
        GptConfig small = new GptConfig(
                "short",
                Math.min(LAYERS, config.layers()),
                config.width(),
                config.heads(),
                Math.min(VOCABULARY, config.vocabulary()),
                config.context());
        ModelSpec shortened = new ModelSpec(small, spec.program(), spec.precision(), spec.gemm(), Loss.SUM);
        int timed = timedSequences(sequences, tokens);
        double[] best = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        boolean plainInEveryRound = true;
        try (GptModel hand = GptModel.load(shortened, device).drawParameters(1);
                GptModel plain = GptModel.loadPlain(shortened, device).drawParameters(1);
                TokenBatch toHand = hand.randomBatch(timed, tokens, 1);
                TokenBatch toPlain = plain.randomBatch(timed, tokens, 1)) {
            // By turns, so that a neighbour who comes and goes is beside both. The first touches the memory that the
            // others find touched.
            for (int round = 0; round <= ROUNDS; round++) {
                double byHand = seconds(hand, pass, toHand);
                double byAutograd = seconds(plain, pass, toPlain);
                if (round > 0) {
                    best[0] = Math.min(best[0], byHand);
                    best[1] = Math.min(best[1], byAutograd);
                    plainInEveryRound &= byHand > byAutograd * MARGIN;
                }
            }
        }
        return new BackendChoice(plainInEveryRound ? Backend.AUTOGRAD : Backend.HANDWRITTEN, best[0], best[1]);
    }

    /** Of a batch, as many sequences as are timed: batches with as many have the same answer. */
    public static int timedSequences(int sequences, int tokens) {
        return Math.max(1, Math.min(sequences, MOST_TOKENS / tokens));
    }

    private static double seconds(GptModel model, Pass pass, TokenBatch batch) {
        long start = System.nanoTime();
        if (pass == Pass.FORWARD) {
            model.forward(batch);
        } else {
            model.forwardBackward(batch);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
