package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.ModelProduct;

/**
 * Products of a head to which the program added words that nobody asks for: rows of 50257 numbers begin anywhere in a
 * cache line and no tensor core takes them, so a GPU's program computes 50304 of them, a multiple of 64. These
 * products are those of the closed form; the FLOPs that ran are a thousandth more.
 */
final class PaddedVocabulary {
    private static final long MULTIPLE = 64;

    private final long vocabulary;
    private final long padded;
    /** By the shape as the closed form has it, the FLOPs that padding added. */
    private final Map<String, BigInteger> added = new HashMap<>();

    PaddedVocabulary(long vocabulary) {
        this.vocabulary = vocabulary;
        padded = (vocabulary + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    }

    /** What ran, its padded products under the shapes that are expected. A layer may be as wide as what is padded. */
    Map<MatrixProduct, Long> unpadded(Map<MatrixProduct, Long> executed, List<ModelProduct> expected) {
        Map<MatrixProduct, Long> wanted = expected.stream()
                .collect(Collectors.groupingBy(
                        one -> one.product().canonical(), Collectors.summingLong(ModelProduct::count)));
        Map<MatrixProduct, Long> unpadded = new LinkedHashMap<>();
        executed.forEach((product, calls) -> {
            MatrixProduct narrow = narrowed(product).canonical();
            long beyond = calls - wanted.getOrDefault(product, 0L);
            long many = narrow.equals(product) ? 0 : Math.max(0, Math.min(beyond, wanted.getOrDefault(narrow, 0L)));
            if (many > 0) {
                BigInteger flops = product.flops().subtract(narrow.flops()).multiply(BigInteger.valueOf(many));
                added.merge(narrow.toString(), flops, BigInteger::add);
                unpadded.merge(narrow, many, Long::sum);
            }
            if (calls > many) {
                unpadded.merge(product, calls - many, Long::sum);
            }
        });
        return unpadded;
    }

    private MatrixProduct narrowed(MatrixProduct product) {
        return new MatrixProduct(product.batch(), narrowed(product.m()), narrowed(product.k()), narrowed(product.n()));
    }

    private long narrowed(long size) {
        return size == padded ? vocabulary : size;
    }

    /** A term with the FLOPs that its padded products took, and why there are more. */
    ExecutedTerm explain(ExecutedTerm term) {
        if (!added.containsKey(term.shape()) || !term.explained()) {
            return term;
        }
        return new ExecutedTerm(
                term.name(),
                term.shape(),
                term.expectedCalls(),
                term.executedCalls(),
                term.expected(),
                term.executed().add(added.get(term.shape())),
                true,
                "the vocabulary is padded to " + padded + " words, a multiple of " + MULTIPLE);
    }
}
