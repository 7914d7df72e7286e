package org.mfujmh.memory;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/**
 * A pass whose memory is asked for.
 *
 * @param model what runs
 * @param pass what it does
 * @param sequences sequences of a batch, B
 * @param tokens tokens of each, T; of decode: tokens that the cache can hold
 * @param precision of weights and activations
 * @param program how the model is written
 * @param gemm how matrices of 16-bit numbers are multiplied; {@code AUTO} counts as {@code NATIVE}
 * @param loss where gradients start
 * @param backend how the fused program computes; what the model has no program for counts as autograd
 * @param gpu whether it runs on a GPU, whose attention reads shared keys and values without a copy
 * @param training what only a training step has
 */
public record MemoryPlan(
        Architecture model,
        MemoryPass pass,
        int sequences,
        int tokens,
        Precision precision,
        Program program,
        Gemm gemm,
        Loss loss,
        Backend backend,
        boolean gpu,
        Training training) {

    /** The update of the weights. */
    public enum UpdateRule {
        /** Two moving averages a parameter (Loshchilov and Hutter, arXiv 1711.05101). */
        ADAMW(2),
        /** Without momentum: no state. */
        SGD(0),
        NONE(0);

        private final int numbers;

        UpdateRule(int numbers) {
            this.numbers = numbers;
        }

        /** @throws BadInput where none has that label */
        public static UpdateRule of(String label) {
            List<String> labels = Stream.of(values())
                    .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                    .toList();
            int index = labels.indexOf(label);
            if (index < 0) {
                throw DidYouMean.noSuch("--optimizer", label, labels);
            }
            return values()[index];
        }

        /** Numbers of state a parameter. */
        int numbers() {
            return numbers;
        }
    }

    /**
     * What only a training step has.
     *
     * @param rule the optimizer
     * @param fp32Weights whether master weights and the optimizer's state are fp32 where products are 16 bits
     * @param checkpointed whether a block's activations are computed again in backward; only its input is kept
     * @param accumulation micro batches a step
     */
    public record Training(UpdateRule rule, boolean fp32Weights, boolean checkpointed, int accumulation) {
        /** AdamW in the precision of the products, all activations kept, one batch a step. */
        public static final Training DEFAULT = new Training(UpdateRule.ADAMW, false, false, 1);
    }

    /** @throws BadInput where a count is below 1, or a sequence is longer than the model's context */
    public MemoryPlan {
        if (sequences < 1 || training.accumulation() < 1) {
            throw new BadInput("A batch has 1 or more sequences, and a step 1 or more micro batches; " + sequences
                    + " and " + training.accumulation() + " were asked for.");
        }
        if (tokens < 1 || tokens > model.context()) {
            throw new BadInput("A sequence of " + tokens + " tokens was requested, but " + model.name() + " takes 1 to "
                    + model.context() + " tokens. Choose a length in that range.");
        }
        if (program == Program.NOTEBOOK && !model.isBookGpt()) {
            throw new BadInput(
                    "The notebook's program is the book's GPT, and " + model.name() + " is none: leave out --program.");
        }
    }

    /** Weights alone are asked for by those who refuse a model that cannot fit: its pass, in the way that is usual. */
    public static MemoryPlan of(
            Architecture model, MemoryPass pass, int sequences, int tokens, Precision precision, Optional<Gemm> gemm) {
        return new MemoryPlan(
                model,
                pass,
                sequences,
                tokens,
                precision,
                Program.FUSED,
                gemm.orElse(Gemm.NATIVE),
                Loss.SUM,
                usualBackend(model, Program.FUSED, precision, gemm.orElse(Gemm.NATIVE), false),
                false,
                Training.DEFAULT);
    }

    /** The backend that runs unless another is asked for. */
    public static Backend usualBackend(
            Architecture model, Program program, Precision precision, Gemm gemm, boolean gpu) {
        return Backend.candidates(model, program, precision, gemm, gpu ? "cuda:0" : "cpu")
                .get(0);
    }

    /** Whether products of 16-bit numbers run in fp32. */
    boolean upcast() {
        return gemm == Gemm.UPCAST && precision != Precision.FP32;
    }

    /** Bytes of a number of the model. */
    long narrow() {
        return precision.bytes();
    }

    /** Bytes of a number that is multiplied. */
    long wide() {
        return upcast() ? Precision.FP32.bytes() : precision.bytes();
    }

    /** Tokens of a batch, N; of decode: new ones. */
    long batchTokens() {
        return pass == MemoryPass.DECODE ? sequences : Math.multiplyExact((long) sequences, (long) tokens);
    }

    /** How the pass computes: autograd where the model has no handwritten program. */
    Backend computes() {
        return model.isBookGpt() && program == Program.FUSED ? backend : Backend.AUTOGRAD;
    }
}
