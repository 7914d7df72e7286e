package org.mfujmh.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.mfujmh.BadInput;

/**
 * The parameters that a training step has beyond those of a pass, {@code -p NAME=VALUE}, parsed once.
 *
 * @param optimizer what changes the weights
 * @param accumulation micro batches of a step; each has batchSize sequences
 * @param checkpoint which activations are computed again in the backward pass
 * @param weights in what the optimizer keeps the weights
 * @param clip the bound of the norm of all gradients; empty for none
 */
public record TrainingParams(
        String optimizer, int accumulation, String checkpoint, String weights, OptionalDouble clip) {

    public static final String OPTIMIZER = "optimizer";
    public static final String ACCUMULATION = "accumulation";
    public static final String CHECKPOINT = "checkpoint";
    public static final String WEIGHTS = "weights";
    public static final String CLIP = "clip";

    /** All parameter names, in the order in which they are shown. */
    public static final List<String> NAMES = List.of(OPTIMIZER, ACCUMULATION, CHECKPOINT, WEIGHTS, CLIP);

    /** The value of {@link #CLIP} that bounds nothing. */
    public static final String NO_CLIP = "none";

    public static final String DEFAULT_OPTIMIZER = "adamw";
    public static final String DEFAULT_ACCUMULATION = "1";
    public static final String DEFAULT_CHECKPOINT = "none";
    public static final String DEFAULT_WEIGHTS = "same";
    public static final String DEFAULT_CLIP = NO_CLIP;
    /** The loss of a training step unless one is asked for. */
    public static final String DEFAULT_LOSS = "cross_entropy";

    /**
     * Parses the parameters.
     *
     * @param params by name, as JMH has them; unknown names are ignored, a missing one has its default
     * @throws BadInput if accumulation is not a whole number of 1 or more, or clip not a number above 0
     */
    public static TrainingParams of(Map<String, String> params) {
        String micro = params.getOrDefault(ACCUMULATION, DEFAULT_ACCUMULATION);
        return new TrainingParams(
                params.getOrDefault(OPTIMIZER, DEFAULT_OPTIMIZER),
                PassParams.count(micro)
                        .orElseThrow(() -> new BadInput(ACCUMULATION + " \"" + micro
                                + "\" is not valid. It is the number of micro batches of a step, 1 or more, e.g. -p "
                                + ACCUMULATION + "=4.")),
                params.getOrDefault(CHECKPOINT, DEFAULT_CHECKPOINT),
                params.getOrDefault(WEIGHTS, DEFAULT_WEIGHTS),
                clip(params.getOrDefault(CLIP, DEFAULT_CLIP)));
    }

    /** The same from the fields of a benchmark's state. */
    public static TrainingParams of(
            String optimizer, String accumulation, String checkpoint, String weights, String clip) {
        return of(Map.of(
                OPTIMIZER, optimizer,
                ACCUMULATION, accumulation,
                CHECKPOINT, checkpoint,
                WEIGHTS, weights,
                CLIP, clip));
    }

    /** The values by name, as {@link #of(Map)} reads them. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(OPTIMIZER, optimizer);
        values.put(ACCUMULATION, String.valueOf(accumulation));
        values.put(CHECKPOINT, checkpoint);
        values.put(WEIGHTS, weights);
        values.put(
                CLIP, clip.isPresent() ? BigDecimal.valueOf(clip.getAsDouble()).toPlainString() : NO_CLIP);
        return values;
    }

    /**
     * What a table says of how a training step was done: the optimizer, and what differs from the defaults.
     *
     * @param params of a training step, by name
     */
    public static List<String> words(Map<String, String> params) {
        if (!params.containsKey(OPTIMIZER)) {
            return List.of();
        }
        TrainingParams step = of(params);
        List<String> words = new ArrayList<>();
        words.add(step.optimizer.equals(DEFAULT_CHECKPOINT) ? "no optimizer" : step.optimizer);
        if (!step.weights.equals(DEFAULT_WEIGHTS)) {
            words.add(step.weights + " weights");
        }
        if (!step.checkpoint.equals(DEFAULT_CHECKPOINT)) {
            words.add(CHECKPOINT + " " + step.checkpoint);
        }
        step.clip.ifPresent(most -> words.add(CLIP + " " + params.get(CLIP)));
        return List.copyOf(words);
    }

    /** The word for a batch in a table: {@code 8}, or with micro batches {@code 4 x 8}. */
    public static String batch(Map<String, String> params) {
        String batch = params.getOrDefault(PassParams.BATCH_SIZE, PassParams.DEFAULT_BATCH_SIZE);
        String micros = params.getOrDefault(ACCUMULATION, DEFAULT_ACCUMULATION);
        return micros.equals(DEFAULT_ACCUMULATION) ? batch : micros + " x " + batch;
    }

    /** The word for a loss in a table: empty for the one that the pass has unless another is asked for. */
    public static String loss(Map<String, String> params) {
        String usual = params.containsKey(OPTIMIZER) ? DEFAULT_LOSS : PassParams.DEFAULT_LOSS;
        String loss = params.getOrDefault(PassParams.LOSS, usual);
        return loss.equals(usual) ? "" : loss;
    }

    private static OptionalDouble clip(String text) {
        if (text.equals(NO_CLIP)) {
            return OptionalDouble.empty();
        }
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") && Double.parseDouble(text) > 0) {
            return OptionalDouble.of(Double.parseDouble(text));
        }
        throw new BadInput(CLIP + " \"" + text + "\" is not valid. It is the largest norm of all gradients together, a "
                + "number above 0 such as 1.0, or " + NO_CLIP + ".");
    }
}
