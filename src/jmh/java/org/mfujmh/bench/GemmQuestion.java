package org.mfujmh.bench;

import org.mfujmh.engine.GemmChoice;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Precision;

/**
 * What one {@code gemm=auto} stands for: a question to the machine.
 *
 * @param tokens rows of the products; what is faster for 256 rows is faster for more
 */
record GemmQuestion(String model, String dtype, int tokens) {
    private static final int MOST_TOKENS = 256;

    static boolean isAskedBy(Combination combination) {
        return combination.param("gemm", "").equals("auto");
    }

    static GemmQuestion of(Combination one) {
        String batch = LargestBatches.isAsked(one) ? "1" : one.param("batchSize", "1");
        long tokens = Long.parseLong(batch) * Long.parseLong(one.param("seqLen", "1024"));
        return new GemmQuestion(
                one.param("model", "gpt-small"), one.param("dtype", "bf16"), (int) Math.min(tokens, MOST_TOKENS));
    }

    /** Inverse of {@link #text}. */
    static GemmQuestion parse(String text) {
        String[] parts = text.split(":", 3);
        return new GemmQuestion(parts[0], parts[1], Integer.parseInt(parts[2]));
    }

    /** In one word, for a command line. */
    String text() {
        return model + ":" + dtype + ":" + tokens;
    }

    /** Measures. */
    GemmChoice answer(String device) {
        return GemmChoice.measure(GptConfig.named(model), Precision.of(dtype), device, tokens);
    }
}
