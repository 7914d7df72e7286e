package org.mfujmh.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Block;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;

/**
 * The pass whose largest batch is searched for, without the batch itself.
 *
 * @param spec model, program, precision and GEMM
 * @param pass what is run
 * @param step of a training step, how it is done besides; empty for a pass alone
 * @param tokens tokens per sequence, 1 to the model's context
 * @param device {@code cpu} or {@code cuda:N}
 */
public record ProbedPass(ModelSpec spec, Pass pass, Optional<TrainingStep> step, int tokens, String device) {

    private static final int FP32_BYTES = 4;

    /** @throws BadInput if a sequence is longer than the model's context, or shorter than one token */
    public ProbedPass {
        if (pass == Pass.DECODE && tokens >= spec.config().context()) {
            throw new BadInput(tokens + " cached tokens were requested, but "
                    + spec.config().name() + " has " + spec.config().context()
                    + " positions, of which the new token takes one. Choose 1 to "
                    + (spec.config().context() - 1) + ".");
        }
        if (tokens < 1 || tokens > spec.config().context()) {
            throw new BadInput("A sequence of " + tokens + " tokens was requested, but "
                    + spec.config().name() + " takes 1 to " + spec.config().context()
                    + " tokens. Choose a length in that range.");
        }
    }

    /** A pass alone. */
    public ProbedPass(ModelSpec spec, Pass pass, int tokens, String device) {
        this(spec, pass, Optional.empty(), tokens, device);
    }

    /** What is run. */
    public PassId passId() {
        return step.map(training -> PassId.TRAIN_STEP).orElseGet(() -> PassId.labelled(pass.label()));
    }

    /** Sequences that one invocation computes at a batch of so many: those of all micro batches. */
    public int sequences(int batch) {
        return Math.multiplyExact(batch, step.map(TrainingStep::accumulation).orElse(1));
    }

    /** The arguments for the probe's command line, which {@link #parse} reads back. */
    List<String> words() {
        return List.of(
                spec.config().name(),
                spec.program().label(),
                spec.precision().label(),
                spec.gemm().label(),
                spec.loss().label(),
                pass.label(),
                String.valueOf(tokens),
                device,
                step.map(training -> String.join(",", training.params().values().values()))
                        .orElse(""));
    }

    /** The parameters of its benchmark, by name. */
    public Map<String, String> params(int batch) {
        Map<String, String> params = new LinkedHashMap<>();
        params.put(PassParams.MODEL, config().name());
        params.put(PassParams.BATCH_SIZE, String.valueOf(batch));
        params.put(PassParams.SEQ_LEN, String.valueOf(tokens));
        params.put(PassParams.DTYPE, dtype());
        if (passId() != PassId.DECODE) {
            params.put(PassParams.PROGRAM, program());
        }
        params.put(PassParams.GEMM, gemm());
        if (passId().computesGradients()) {
            params.put(PassParams.LOSS, loss());
        }
        params.put(PassParams.DEVICE, device);
        params.putAll(passId().choice());
        step.ifPresent(training -> params.putAll(training.params().values()));
        return params;
    }

    static ProbedPass parse(List<String> words) {
        ModelSpec spec = new ModelSpec(
                Models.named(words.get(0)),
                Program.of(words.get(1)),
                Precision.of(words.get(2)),
                Gemm.of(words.get(3)),
                Loss.of(words.get(4)));
        return new ProbedPass(
                spec,
                Pass.of(words.get(5)),
                step(words.get(8), spec.precision()),
                Integer.parseInt(words.get(6)),
                words.get(7));
    }

    private static Optional<TrainingStep> step(String words, Precision precision) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String[] values = words.split(",", -1);
        return Optional.of(
                TrainingStep.of(TrainingParams.of(values[0], values[1], values[2], values[3], values[4]), precision));
    }

    /** The largest possible batch: a pass has at most 2^31 - 1 tokens. */
    int largestBatch() {
        return Integer.MAX_VALUE / tokens;
    }

    /**
     * A lower bound on the bytes per sequence, for the first estimate of the slope: its logits and, with upcast, their
     * fp32 original, which are live at the same time; decoding, its KV cache; of a prefill, activations.
     */
    long leastBytesPerSequence() {
        if (pass == Pass.DECODE) {
            return cacheBytesPerSequence();
        }
        if (pass == Pass.PREFILL) {
            // The residual stream, and what a block's first product gives.
            return (long) tokens * 2 * config().width() * spec.precision().bytes();
        }
        long logits = (long) tokens * spec.config().vocabulary();
        int wide = spec.gemm() == Gemm.UPCAST ? FP32_BYTES : 0;
        return logits * (spec.precision().bytes() + wide);
    }

    /** Bytes of one sequence's KV cache: keys and values of its tokens and the new one, windows honoured. */
    public long cacheBytesPerSequence() {
        return spec.precision().bytes()
                * config().blocks().stream()
                        .map(Block::attention)
                        .mapToLong(attention -> attention.cachedPerToken() * attention.cachedOf(tokens + 1L))
                        .sum();
    }

    /** {@code gpt-small, forward + backward, 1024 tokens, bf16 fused upcast on cpu}. */
    public String describe() {
        return "%s, %s, %d tokens, %s %s %s on %s"
                .formatted(
                        spec.config().name(),
                        step.map(training -> passId().title() + " (" + training.inWords() + ")")
                                .orElse(pass.title()),
                        tokens,
                        spec.precision().label(),
                        spec.program().label(),
                        spec.gemm().label(),
                        device);
    }

    /** The model's sizes. */
    public Architecture config() {
        return spec.config();
    }

    /** The precision's label. */
    public String dtype() {
        return spec.precision().label();
    }

    /** The program's label. */
    public String program() {
        return spec.program().label();
    }

    /** The label of {@code gemm}. */
    public String gemm() {
        return spec.gemm().label();
    }

    /** Where gradients start, by label. */
    public String loss() {
        return spec.loss().label();
    }
}
