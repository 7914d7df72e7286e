package org.mfujmh.model;

import java.util.List;

/**
 * Rotary position embeddings (Su et al., arXiv 2104.09864): pairs of columns of queries and keys are turned by an angle
 * that grows with the position.
 *
 * @param theta the base of the frequencies, theta^(-2 i / width)
 * @param width columns of a head that are turned, an even number; 0: positions are not rotary
 * @param scaling how the frequencies are changed for longer contexts
 */
public record Rotary(double theta, int width, Scaling scaling) {

    /** No rotary positions. */
    public static final Rotary NONE =
            new Rotary(1, 0, new Scaling("default", 1, 0, 0, 0, 1, true, List.of(), List.of(), 0));

    /**
     * How frequencies are scaled (Transformers, modeling_rope_utils.py). What a kind does not use is 0 or empty.
     *
     * @param kind default, linear, llama3, dynamic, yarn or longrope
     * @param factor by which the context is longer
     * @param low llama3's low_freq_factor, yarn's beta_slow
     * @param high llama3's high_freq_factor, yarn's beta_fast
     * @param originalContext the context before scaling
     * @param attentionFactor by which the cosines and sines are multiplied
     * @param truncated whether yarn's blended pairs begin and end at whole ones
     * @param shortFactors what longrope divides the frequency of each pair by, for sequences within the original context
     * @param longFactors the same beyond it
     * @param queryGrowth b in 1 + b ln(1 + floor(position / original context)), by which Ministral 3 multiplies queries
     */
    public record Scaling(
            String kind,
            double factor,
            double low,
            double high,
            int originalContext,
            double attentionFactor,
            boolean truncated,
            List<Double> shortFactors,
            List<Double> longFactors,
            double queryGrowth) {
        public Scaling {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
        }

        /** The same where queries grow with their position. */
        public Scaling withQueryGrowth(double growth) {
            return new Scaling(
                    kind,
                    factor,
                    low,
                    high,
                    originalContext,
                    attentionFactor,
                    truncated,
                    shortFactors,
                    longFactors,
                    growth);
        }
    }

    /** Unscaled. */
    public static Rotary of(double theta, int width) {
        return new Rotary(theta, width, NONE.scaling());
    }

    public boolean present() {
        return width > 0;
    }

    /**
     * The frequencies, radians a position, of the width / 2 pairs.
     *
     * @param tokens of a sequence, on which those of longrope depend
     */
    public double[] frequencies(int tokens) {
        boolean beyond = tokens > scaling.originalContext();
        List<Double> factors = beyond ? scaling.longFactors() : scaling.shortFactors();
        double[] frequencies = new double[width / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = Math.pow(theta, -2.0 * i / width);
            frequencies[i] = switch (scaling.kind()) {
                // dynamic: stretched only for sequences beyond the context, which no pass has
                case "default", "dynamic" -> plain;
                case "linear" -> plain / scaling.factor();
                case "llama3" -> llama3(plain);
                case "yarn" -> yarn(plain, i);
                case "longrope" -> plain / factors.get(i);
                default -> throw new IllegalStateException("rope_type " + scaling.kind());
            };
        }
        return frequencies;
    }

    /** Long waves are stretched, short ones kept, those between blended. */
    private double llama3(double frequency) {
        double wave = 2 * Math.PI / frequency;
        double original = scaling.originalContext();
        if (wave < original / scaling.high()) {
            return frequency;
        }
        if (wave > original / scaling.low()) {
            return frequency / scaling.factor();
        }
        double smooth = (original / wave - scaling.low()) / (scaling.high() - scaling.low());
        return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
    }

    /**
     * YaRN (arXiv 2309.00071, section 3.2): pairs that turn more than {@code high} times within the original context
     * keep their frequency, those that turn less than {@code low} times have it divided, those between are blended by
     * their index.
     */
    private double yarn(double frequency, int pair) {
        double first = pairThatTurns(scaling.high());
        double last = pairThatTurns(scaling.low());
        if (scaling.truncated()) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, width - 1.0);
        double span = first == last ? 1e-3 : last - first;
        double stretched = Math.max(0, Math.min(1, (pair - first) / span));
        return stretched * frequency / scaling.factor() + (1 - stretched) * frequency;
    }

    /** The index, no whole number, of the pair that turns so many times within the original context. */
    private double pairThatTurns(double times) {
        return width * Math.log(scaling.originalContext() / (times * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
