package org.mfujmh.flops;

import java.math.BigInteger;

/**
 * A line of the audit: what one matrix product of the model adds to a convention's count.
 *
 * @param pass forward, or backward with what is recomputed there
 * @param name the product, e.g. {@code mlp up dW}, or what a convention counts as if it were one
 * @param shape the matrices, e.g. {@code [1024 x 768][768 x 2304]}; empty if there is no product
 * @param count how often it is computed
 * @param flops what the convention counts for all of them
 * @param remark where that is not 2 m k n each, why; else empty
 */
public record Term(Half pass, String name, String shape, long count, BigInteger flops, String remark) {

    /** The half of forward + backward that a term belongs to. */
    public enum Half {
        FORWARD("forward"),
        BACKWARD("backward");

        private final String label;

        Half(String label) {
            this.label = label;
        }

        /** As tables show it. */
        public String label() {
            return label;
        }
    }
}
