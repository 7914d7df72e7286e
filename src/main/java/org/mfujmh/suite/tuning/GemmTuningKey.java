package org.mfujmh.suite.tuning;

import org.mfujmh.engine.GemmChoice;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Precision;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.plan.Combination;

/**
 * What one {@code gemm=auto} stands for: a question to the machine.
 *
 * @param tokens rows of the products; what is faster for 256 rows is faster for more
 */
public record GemmTuningKey(String model, String dtype, int tokens) {
    private static final int MOST_TOKENS = 256;

    static boolean isAskedBy(Combination combination) {
        return PassParams.AUTO.equals(combination.params().get(PassParams.GEMM));
    }

    public static GemmTuningKey of(Combination one) {
        PassParams params = one.passParams();
        long tokens = (long) params.batchSize().orElse(1) * params.seqLen();
        return new GemmTuningKey(params.model(), params.dtype(), (int) Math.min(tokens, MOST_TOKENS));
    }

    /** Inverse of {@link #text}. */
    static GemmTuningKey parse(String text) {
        String[] parts = text.split(":", 3);
        return new GemmTuningKey(parts[0], parts[1], Integer.parseInt(parts[2]));
    }

    /** In one word, for a command line. */
    public String text() {
        return model + ":" + dtype + ":" + tokens;
    }

    /** Measures. */
    public GemmChoice answer(String device) {
        return GemmChoice.measure(GptConfig.named(model), Precision.of(dtype), device, tokens);
    }
}
