package org.mfujmh.schema;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.mfujmh.BadInput;

/**
 * The parameters of a pass, {@code -p NAME=VALUE}, read once and typed from here on. A parameter that is not given has
 * its default; what depends on the device is the suite's to say ({@code suite.plan.DeviceDefaults}).
 *
 * @param model the model's name
 * @param batchSize sequences of a pass; empty while it says {@code max} and no number has been found
 * @param seqLen tokens of a sequence
 * @param dtype precision of weights and activations
 * @param program how the model is written
 * @param gemm how 16-bit matrices are multiplied
 * @param loss what backward starts from; of a pass without gradients the default, which makes no difference
 * @param device as asked for: {@code auto}, {@code cpu} or {@code cuda:N}
 */
public record PassParams(
        String model,
        OptionalInt batchSize,
        int seqLen,
        String dtype,
        String program,
        String gemm,
        String loss,
        String device) {

    public static final String MODEL = "model";
    public static final String BATCH_SIZE = "batchSize";
    public static final String SEQ_LEN = "seqLen";
    public static final String DTYPE = "dtype";
    public static final String PROGRAM = "program";
    public static final String GEMM = "gemm";
    public static final String LOSS = "loss";
    public static final String DEVICE = "device";

    /** All of them, in the order in which people read them. */
    public static final List<String> NAMES = List.of(MODEL, BATCH_SIZE, SEQ_LEN, DTYPE, PROGRAM, GEMM, LOSS, DEVICE);

    /** Those that say how the work is done, and not what work: results that differ in them measure the same subject. */
    public static final List<String> HOW = List.of(DEVICE, GEMM, LOSS, DTYPE, PROGRAM);

    /** The value that leaves {@link #DEVICE} or {@link #GEMM} to the machine. */
    public static final String AUTO = "auto";

    /** The value of {@link #BATCH_SIZE} that stands for the largest batch that fits. */
    public static final String MAX_BATCH = "max";

    public static final String DEFAULT_MODEL = "gpt-small";
    public static final String DEFAULT_BATCH_SIZE = "1";
    public static final String DEFAULT_SEQ_LEN = "1024";
    public static final String DEFAULT_DTYPE = "bf16";
    public static final String DEFAULT_PROGRAM = "fused";
    public static final String DEFAULT_GEMM = AUTO;
    public static final String DEFAULT_LOSS = "sum";
    public static final String DEFAULT_DEVICE = AUTO;

    /**
     * Reads them.
     *
     * @param params by name, as JMH has them; others are not looked at
     * @throws BadInput where batchSize or seqLen is no whole number from 1 on
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
                params.getOrDefault(LOSS, DEFAULT_LOSS),
                params.getOrDefault(DEVICE, DEFAULT_DEVICE));
    }

    private static int wholeNumber(String name, String value) {
        return count(value)
                .orElseThrow(() -> new BadInput(name + " \"" + value
                        + "\" was asked for. It is a whole number, 1 or more"
                        + (name.equals(BATCH_SIZE) ? ", or " + MAX_BATCH : "") + ", e.g. -p " + name + "=1 or -p "
                        + name + "=1,2,4."));
    }

    /** A number of sequences or tokens, 1 to 2^31 - 1; empty where the text is none. */
    public static OptionalInt count(String text) {
        if (!text.matches("[0-9]{1,10}")) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        return number >= 1 && number <= Integer.MAX_VALUE ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    /** The number of sequences of a pass whose {@code max} has been resolved. */
    public int sequences() {
        return batchSize.orElseThrow(
                () -> new IllegalStateException(BATCH_SIZE + "=" + MAX_BATCH + " has no number yet"));
    }

    /** Whether {@link #GEMM} is left to the machine. */
    public boolean isGemmOpen() {
        return gemm.equals(AUTO);
    }

    /** Whether the batch size is {@code max} and its number has to be found. */
    public boolean isBatchOpen() {
        return batchSize.isEmpty();
    }
}
