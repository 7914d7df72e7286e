package org.mfujmh.model;

import java.util.Locale;

/** The function between the two products of an MLP. */
public enum Activation {
    /** 0.5 x (1 + erf(x / sqrt 2)). */
    GELU,
    /** GELU by its tanh approximation: 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
    GELU_TANH,
    /** x sigmoid(x), also called swish. */
    SILU,
    RELU,
    /** Gated: (up + 1) gate sigmoid(1.702 gate), both clamped at 7: gpt-oss. */
    CLAMPED_SWIGLU;

    /** As tables show it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
