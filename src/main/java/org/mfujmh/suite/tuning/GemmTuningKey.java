package org.mfujmh.suite.tuning;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.plan.Combination;

/**
 * The question what {@code gemm=auto} resolves to, answered once for all forks.
 *
 * @param tokens rows of the products; the faster way for 256 rows is also the faster one for more
 * @param device as requested or as resolved
 */
public record GemmTuningKey(String model, String dtype, int tokens, String device) {
    private static final int MOST_TOKENS = 256;

    /** The number of FLOPs that the seconds of an answer refer to. */
    private static final double TIMED_FLOPS = 1e12;

    /**
     * @param tokens tokens of a pass, capped at the number that is needed
     */
    public GemmTuningKey {
        tokens = Math.min(tokens, MOST_TOKENS);
    }

    static boolean isAskedBy(Combination combination) {
        return PassParams.AUTO.equals(combination.params().get(PassParams.GEMM));
    }

    public static GemmTuningKey of(Combination one) {
        PassParams params = one.passParams();
        long sequences = params.batchSize().orElse(1);
        // A decoding step multiplies one token of each sequence.
        boolean decodes = one.passId().equals(Optional.of(PassId.DECODE));
        long tokens = decodes ? sequences : sequences * params.seqLen();
        return new GemmTuningKey(params.model(), params.dtype(), (int) Math.min(tokens, MOST_TOKENS), params.device());
    }

    /** The same on another device, to which {@code auto} was resolved. */
    public GemmTuningKey on(String other) {
        return new GemmTuningKey(model, dtype, tokens, other);
    }

    /** Inverse of {@link #text}. */
    static GemmTuningKey parse(String text) {
        String[] parts = text.split(":", 4);
        return new GemmTuningKey(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3]);
    }

    /** The key as one word, for a command line. */
    public String text() {
        return String.join(":", model, dtype, String.valueOf(tokens), device);
    }

    private String inWords() {
        return String.join(" ", model, dtype, String.valueOf(tokens), "tokens");
    }

    /** The question, in words. */
    String question() {
        return "gemm=auto for " + inWords();
    }

    /** The same of a key as {@link #text} wrote it. */
    public static String questionOf(String text) {
        return parse(text).question();
    }

    /** Measures. */
    public TuningAnswer answer() {
        GemmChoice choice = GemmChoice.measure(Models.named(model), Precision.of(dtype), device, tokens);
        Map<String, Double> seconds = new LinkedHashMap<>();
        if (!Double.isNaN(choice.nativeFlopsPerSecond())) {
            seconds.put(Gemm.NATIVE.label(), TIMED_FLOPS / choice.nativeFlopsPerSecond());
            seconds.put(Gemm.UPCAST.label(), TIMED_FLOPS / choice.upcastFlopsPerSecond());
        }
        return new TuningAnswer(choice.gemm().label(), seconds);
    }

    /** @param seconds of an answer */
    static double flopsPerSecond(double seconds) {
        return TIMED_FLOPS / seconds;
    }
}
