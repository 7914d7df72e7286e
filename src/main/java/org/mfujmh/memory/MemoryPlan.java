package org.mfujmh.memory;

import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;

/**
 * A pass whose memory is to be predicted.
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
 * @param training how a training step is done; without effect on another pass
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
        TrainingStep training) {

    /** @throws BadInput if a count is below 1, or a sequence is longer than the model's context */
    public MemoryPlan {
        if (sequences < 1 || training.accumulation() < 1) {
            throw new BadInput("A batch has 1 or more sequences, and a step 1 or more micro batches; " + sequences
                    + " and " + training.accumulation() + " were requested.");
        }
        if (tokens < 1 || tokens > model.context()) {
            throw new BadInput("A sequence of " + tokens + " tokens was requested, but " + model.name() + " takes 1 to "
                    + model.context() + " tokens. Choose a length in that range.");
        }
        if (program == Program.NOTEBOOK && !model.isBookGpt()) {
            throw new BadInput(
                    "The notebook's program is the book's GPT, and " + model.name() + " is not: leave out --program.");
        }
    }

    /** The usual plan of a pass, for refusing a model whose weights cannot fit. */
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
                TrainingStep.DEFAULT);
    }

    /** The same with another way to train. */
    public MemoryPlan with(TrainingStep step) {
        return new MemoryPlan(model, pass, sequences, tokens, precision, program, gemm, loss, backend, gpu, step);
    }

    /** The backend that runs unless another is requested. */
    public static Backend usualBackend(
            Architecture model, Program program, Precision precision, Gemm gemm, boolean gpu) {
        return Backend.candidates(model, program, precision, gemm, gpu ? "cuda:0" : "cpu")
                .get(0);
    }

    /** Whether backward recomputes a block's activations, so that only the block's input is saved. */
    boolean checkpointed() {
        return pass == MemoryPass.TRAIN_STEP && training.checkpoint() == Checkpoint.BLOCK;
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

    /** Tokens that the head multiplies: of prefill and decode one a sequence, of other passes all. */
    long headTokens() {
        return pass == MemoryPass.PREFILL ? sequences : batchTokens();
    }

    /** How the pass computes: autograd where the model has no handwritten program, and decode.py, which needs no gradient. */
    Backend computes() {
        boolean written = pass != MemoryPass.DECODE;
        return written
                        && Backend.candidates(model, program, precision, gemm, gpu ? "cuda:0" : "cpu")
                                .contains(backend)
                ? backend
                : Backend.AUTOGRAD;
    }
}
