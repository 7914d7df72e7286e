package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * The two programs against each other on one set of weights, for models too large for a reference in
 * Java: logits and each gradient; and the same program twice, which has to give the same bits.
 */
public final class ProgramsCompared {
    private static final long SEED = 1;

    private ProgramsCompared() {}

    /** @param tokens of one sequence */
    public static List<Numerics.Finding> of(
            Architecture config, Precision precision, Gemm gemm, Loss loss, int tokens) {
        List<Numerics.Finding> findings = new ArrayList<>();
        try (LanguageModel fused = drawn(config, Program.FUSED, precision, gemm, loss);
                LanguageModel book = drawn(config, Program.NOTEBOOK, precision, gemm, loss);
                TokenBatch a = fused.randomBatch(1, tokens, SEED);
                TokenBatch b = book.randomBatch(1, tokens, SEED)) {
            fused.forward(a);
            book.forward(b);
            // Each is as far from the truth as rounding takes it, so they are at most twice that apart.
            double forward = 2 * Numerics.bound(config, precision, false);
            findings.add(new Numerics.Finding(
                    "logits, fused against notebook", distance(fused.result(0), book.result(0)), forward));
            float first = fused.forwardBackward(a);
            float[] embedding = fused.result(0);
            float again = fused.forwardBackward(a);
            boolean same = first == again && Arrays.equals(embedding, fused.result(0));
            findings.add(new Numerics.Finding("loss and token gradients, a second time, differ", same ? 0 : 1, 0));
            book.forwardBackward(b);
            findings.add(gradients(fused, book, 2 * Numerics.bound(config, precision, true)));
        }
        return findings;
    }

    private static LanguageModel drawn(
            Architecture config, Program program, Precision precision, Gemm gemm, Loss loss) {
        return LanguageModel.load(new ModelSpec(config, program, precision, gemm, loss), "cpu")
                .drawParameters(SEED);
    }

    /** By name; query, key and value are one tensor in the one and three in the other. */
    private static Numerics.Finding gradients(LanguageModel fused, LanguageModel book, double bound) {
        List<Tensor> parameters = fused.layout().parameters();
        List<Numerics.Finding> gradients = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            if (name.endsWith(".qkv.bias")) {
                continue; // A third of it is the keys', which is zero but for rounding.
            }
            gradients.add(new Numerics.Finding(name, distance(fused.result(i), named(book, name)), bound));
        }
        return largest(gradients);
    }

    /** The largest of them, which stands for all. */
    static Numerics.Finding largest(List<Numerics.Finding> gradients) {
        Numerics.Finding worst = Collections.max(gradients, Numerics.Finding.BY_ERROR);
        return new Numerics.Finding(
                "gradients, fused against notebook; the largest is of " + worst.what(), worst.error(), worst.bound());
    }

    private static float[] named(LanguageModel book, String name) {
        if (!name.contains(".qkv.")) {
            return book.result(book.layout().indexOf(name));
        }
        float[] whole = new float[0];
        for (String part : List.of(".query.", ".key.", ".value.")) {
            float[] third = book.result(book.layout().indexOf(name.replace(".qkv.", part)));
            int end = whole.length;
            whole = Arrays.copyOf(whole, end + third.length);
            System.arraycopy(third, 0, whole, end, third.length);
        }
        return whole;
    }

    /** Relative, by the 2-norm. */
    private static double distance(float[] found, float[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            double apart = (double) found[i] - expected[i];
            difference += apart * apart;
            norm += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }
}
