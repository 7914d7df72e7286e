package org.mfujmh.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mfujmh.BadInput;

/**
 * The parameters of a pass, {@code -p NAME=VALUE}, parsed once and typed from here on. A missing parameter has its
 * default; {@code suite.plan.DeviceDefaults} sets the defaults that depend on the device.
 *
 * @param model the model's name
 * @param batchSize sequences per pass; empty if {@code max} has not been resolved yet
 * @param seqLen tokens per sequence
 * @param dtype precision of weights and activations
 * @param program how the model is written
 * @param gemm how 16-bit matrices are multiplied
 * @param logits of which tokens a forward pass computes logits; the default for every other pass
 * @param loss the loss that backward starts from; the default for a pass without gradients, where it has no effect
 * @param training what a training step has besides; the defaults for every other pass, where it has no effect
 * @param device as requested: {@code auto}, {@code cpu} or {@code cuda:N}
 */
public record PassParams(
        String model,
        OptionalInt batchSize,
        int seqLen,
        String dtype,
        String program,
        String gemm,
        String logits,
        String loss,
        TrainingParams training,
        String device) {

    public static final String MODEL = "model";
    public static final String BATCH_SIZE = "batchSize";
    public static final String SEQ_LEN = "seqLen";
    public static final String DTYPE = "dtype";
    public static final String PROGRAM = "program";
    public static final String GEMM = "gemm";
    public static final String LOGITS = "logits";
    public static final String LOSS = "loss";
    public static final String DEVICE = "device";

    /** All parameter names, in the order in which they are shown. */
    public static final List<String> NAMES = Stream.of(
                    List.of(MODEL, BATCH_SIZE, SEQ_LEN, LOGITS, DTYPE, PROGRAM, GEMM, LOSS),
                    TrainingParams.NAMES,
                    List.of(DEVICE))
            .flatMap(List::stream)
            .toList();

    /**
     * Parameters that change how the work is done but not what work: of results that differ only in these, {@code
     * results.Difference} says what a gate may not compare.
     */
    public static final List<String> HOW = Stream.of(
                    List.of(DEVICE, GEMM, LOSS), TrainingParams.NAMES, List.of(DTYPE, PROGRAM))
            .flatMap(List::stream)
            .toList();

    /** The value of {@link #DEVICE} or {@link #GEMM} that lets the suite choose. */
    public static final String AUTO = "auto";

    /** The value of {@link #BATCH_SIZE} that stands for the largest batch that fits. */
    public static final String MAX_BATCH = "max";

    /** The value of {@link #LOGITS} that makes a forward pass a prefill. */
    public static final String LAST_LOGITS = "last";

    public static final String DEFAULT_MODEL = "gpt-small";
    public static final String DEFAULT_BATCH_SIZE = "1";
    public static final String DEFAULT_SEQ_LEN = "1024";
    public static final String DEFAULT_DTYPE = "bf16";
    public static final String DEFAULT_PROGRAM = "fused";
    public static final String DEFAULT_GEMM = AUTO;
    public static final String DEFAULT_LOGITS = "all";
    public static final String DEFAULT_LOSS = "sum";
    public static final String DEFAULT_DEVICE = AUTO;

    /**
     * Parses the parameters.
     *
     * @param params by name, as JMH has them; unknown names are ignored
     * @throws BadInput if batchSize or seqLen is not a whole number of 1 or more
     */
    public static PassParams of(Map<String, String> params) {
        String batch = params.getOrDefault(BATCH_SIZE, DEFAULT_BATCH_SIZE);
        return new PassParams(
                params.getOrDefault(MODEL, DEFAULT_MODEL),
                batch.equals(MAX_BATCH) ? OptionalInt.empty() : OptionalInt.of(wholeNumber(BATCH_SIZE, batch)),
                wholeNumber(SEQ_LEN, params.getOrDefault(SEQ_LEN, DEFAULT_SEQ_LEN)),
                params.getOrDefault(DTYPE, DEFAULT_DTYPE),
                params.getOrDefault(PROGRAM, DEFAULT_PROGRAM),
                params.getOrDefault(GEMM, DEFAULT_GEMM),
                params.getOrDefault(LOGITS, DEFAULT_LOGITS),
                params.getOrDefault(LOSS, DEFAULT_LOSS),
                TrainingParams.of(params),
                params.getOrDefault(DEVICE, DEFAULT_DEVICE));
    }

    /**
     * The parameters by which results are told apart: all but {@link #LOGITS} where it has its default, since files from
     * before there was a choice do not have it.
     *
     * @param benchmark class and method; another suite's may mean something else by the name
     * @return a copy in the same order
     */
    public static Map<String, String> identifying(String benchmark, Map<String, String> params) {
        Map<String, String> identifying = new LinkedHashMap<>(params);
        if (PassId.of(benchmark, params).isPresent()) {
            identifying.remove(LOGITS, DEFAULT_LOGITS);
        }
        return identifying;
    }

    private static int wholeNumber(String name, String value) {
        return count(value)
                .orElseThrow(() -> new BadInput(name + " \"" + value
                        + "\" is not valid. It must be a whole number, 1 or more"
                        + (name.equals(BATCH_SIZE) ? ", or " + MAX_BATCH : "") + ", e.g. -p " + name + "=1 or -p "
                        + name + "=1,2,4."));
    }

    /** Parses a number of sequences or tokens, 1 to 2^31 - 1; empty if the text is not such a number. */
    public static OptionalInt count(String text) {
        if (!text.matches("[0-9]{1,10}")) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        return number >= 1 && number <= Integer.MAX_VALUE ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    /** The number of sequences per pass, once {@code max} has been resolved. */
    public int sequences() {
        return batchSize.orElseThrow(
                () -> new IllegalStateException(BATCH_SIZE + "=" + MAX_BATCH + " has no number yet"));
    }

    /** Whether {@link #GEMM} is {@code auto} and still has to be resolved. */
    public boolean isGemmOpen() {
        return gemm.equals(AUTO);
    }

    /** Whether the batch size is {@code max} and still has to be resolved. */
    public boolean isBatchOpen() {
        return batchSize.isEmpty();
    }
}
