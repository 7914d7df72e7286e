package org.mfujmh.engine;

import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Loss;
import org.mfujmh.gpt.Pass;
import org.mfujmh.gpt.Program;

/**
 * In which form the fused program runs on this machine: by hand, or plain, by autograd and libtorch's
 * own attention. Which is faster depends on how the machine multiplies, so both are timed, with a model
 * of the same width and two layers.
 *
 * @param byHand whether by hand is the faster
 * @param handSeconds of the short model's pass by hand; NaN where there was nothing to measure
 * @param plainSeconds of the same pass in the plain form
 */
public record FormChoice(boolean byHand, double handSeconds, double plainSeconds) {
    private static final int LAYERS = 2;
    private static final int VOCABULARY = 4096;
    private static final int MOST_TOKENS = 1024;
    private static final int TIMED = 2;

    /** Both are within noise of each other below this: then the form does not change from fork to fork. */
    private static final double MARGIN = 1.05;

    /** Measures both forms, a second or two; by hand exists for the fused program on CPUs alone. */
    public static FormChoice measure(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        if (spec.program() != Program.FUSED || !device.equals("cpu")) {
            return new FormChoice(false, Double.NaN, Double.NaN);
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
        int most = Math.max(1, Math.min(sequences, MOST_TOKENS / tokens));
        double hand = seconds(GptModel.load(shortened, device), pass, most, tokens);
        double plain = seconds(GptModel.loadPlain(shortened, device), pass, most, tokens);
        return new FormChoice(hand <= plain * MARGIN, hand, plain);
    }

    private static double seconds(GptModel loaded, Pass pass, int sequences, int tokens) {
        try (GptModel model = loaded.drawParameters(1);
                TokenBatch batch = model.randomBatch(sequences, tokens, 1)) {
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= TIMED; i++) {
                long start = System.nanoTime();
                if (pass == Pass.FORWARD) {
                    model.forward(batch);
                } else {
                    model.forwardBackward(batch);
                }
                if (i > 0) { // The first touches the memory that the others find touched.
                    best = Math.min(best, (System.nanoTime() - start) / 1e9);
                }
            }
            return best;
        }
    }
}
