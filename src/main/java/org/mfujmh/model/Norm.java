package org.mfujmh.model;

/**
 * A normalisation of each token's vector.
 *
 * @param formula whether the mean is subtracted
 * @param epsilon what is added to the variance, or to the mean square
 */
public record Norm(Formula formula, double epsilon) {

    /** How a vector x of width d is normalised. */
    public enum Formula {
        /** (x - mean) / sqrt(variance + epsilon) * scale + shift (Ba et al., arXiv 1607.06450). */
        LAYER,
        /** x / sqrt(mean square + epsilon) * scale (Zhang and Sennrich, arXiv 1910.07467). */
        RMS,
        /** The same with 1 + scale, as Gemma has it. */
        RMS_PLUS_ONE
    }

    public static Norm layer(double epsilon) {
        return new Norm(Formula.LAYER, epsilon);
    }

    public static Norm rms(double epsilon) {
        return new Norm(Formula.RMS, epsilon);
    }

    /** Whether it has a shift as well as a scale. */
    public boolean hasShift() {
        return formula == Formula.LAYER;
    }
}
