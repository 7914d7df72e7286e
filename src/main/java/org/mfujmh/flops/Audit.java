package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

/**
 * A convention's count, product by product: every matrix product that a model computes, with what the
 * convention counts for it, and whatever it counts besides. The sum is the closed form, to the last
 * digit; the two are worked out by different ways.
 *
 * @param terms the forward pass in the order of the data, then the backward
 */
public record Audit(List<Term> terms) {

    public Audit {
        terms = List.copyOf(terms);
    }

    /** The audit of one forward and backward pass. */
    public static Audit of(Workload workload, Convention convention) {
        return new Writer(workload, convention, Pass.FORWARD_BACKWARD).write();
    }

    /** The audit of one prefill: a forward pass, the head with each sequence's last token alone. */
    public static Audit ofPrefill(Workload workload, Convention convention) {
        return new Writer(workload, convention, Pass.PREFILL).write();
    }

    /** FLOPs of the forward pass. */
    public BigInteger forward() {
        return sum(Term.Half.FORWARD);
    }

    /** FLOPs of the backward pass, with what is recomputed there. */
    public BigInteger backward() {
        return sum(Term.Half.BACKWARD);
    }

    /** FLOPs of both. */
    public BigInteger total() {
        return forward().add(backward());
    }

    private BigInteger sum(Term.Half half) {
        return terms.stream()
                .filter(term -> term.pass() == half)
                .map(Term::flops)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** Writes the terms of one convention. */
    private record Writer(Workload workload, Convention convention, Pass pass) {

        Audit write() {
            List<ModelProduct> products = ModelProduct.forward(workload, Program.FUSED, pass);
            List<Term> terms = new ArrayList<>();
            products.forEach(product -> terms.add(term(Term.Half.FORWARD, product)));
            convention
                    .weights()
                    .surplus(workload.model())
                    .forEach(surplus -> terms.add(term(Term.Half.FORWARD, surplus, 1)));
            if (!pass.computesGradients()) {
                return new Audit(terms);
            }
            products.stream()
                    .filter(this::recomputed)
                    .map(product -> new ModelProduct(
                            product.name() + " again",
                            product.operands(),
                            product.product(),
                            product.count(),
                            product.window()))
                    .forEach(product -> terms.add(term(Term.Half.BACKWARD, product)));
            products.stream()
                    .flatMap(product -> product.backward().stream())
                    .forEach(product -> terms.add(term(Term.Half.BACKWARD, product)));
            convention
                    .weights()
                    .surplus(workload.model())
                    .forEach(surplus -> terms.add(term(Term.Half.BACKWARD, surplus, 2)));
            return new Audit(terms);
        }

        private boolean recomputed(ModelProduct product) {
            return switch (convention.recomputed()) {
                case NOTHING -> false;
                case SCORES -> product.operands() == ModelProduct.Operands.QUERY_KEY;
                case EVERYTHING -> true;
            };
        }

        private Term term(Term.Half half, ModelProduct product) {
            long calls = Math.multiplyExact(product.product().batch(), (long) product.count());
            MatrixProduct one = new MatrixProduct(
                    1,
                    product.product().m(),
                    product.product().k(),
                    product.product().n());
            return new Term(half, product.name(), one.toString(), calls, counted(product), remark(product));
        }

        private BigInteger counted(ModelProduct product) {
            BigInteger full = product.flops();
            if (product.operands() == ModelProduct.Operands.HEAD_WEIGHT
                    && !convention.weights().countsHead()) {
                return BigInteger.ZERO;
            }
            if (!product.operands().attention()) {
                return full;
            }
            BigInteger square = BigInteger.valueOf(workload.tokens()).pow(2).shiftLeft(1);
            return full.multiply(convention.attention().twiceThePairs(workload.tokens(), product.window()))
                    .divide(square);
        }

        private String remark(ModelProduct product) {
            if (product.operands() == ModelProduct.Operands.HEAD_WEIGHT
                    && !convention.weights().countsHead()) {
                return "not counted";
            }
            if (!product.operands().attention()) {
                return "";
            }
            boolean cut = product.window() > 0 && product.window() < workload.tokens();
            return switch (convention.attention()) {
                case NONE -> "not counted";
                case HALF -> "half: causal";
                case TRIANGLE -> cut ? "inside the window" : "(T+1)/2T: causal";
                case WINDOW -> cut ? "up to the window" : "";
                case FULL -> cut ? "the whole square" : "";
            };
        }

        /** Weights that multiply nothing, counted as if they did: 2 FLOPs a token forward, 4 backward. */
        private Term term(Term.Half half, CountedWeights.Surplus surplus, int products) {
            BigInteger flops = surplus.weights()
                    .multiply(BigInteger.valueOf(2L * products))
                    .multiply(
                            surplus.ofHead() && pass == Pass.PREFILL
                                    ? BigInteger.valueOf(workload.batch())
                                    : workload.allTokens());
            return new Term(half, surplus.name(), "", 0, flops, "not a matrix product, but counted");
        }
    }
}
