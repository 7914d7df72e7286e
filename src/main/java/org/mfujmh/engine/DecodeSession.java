package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mfujmh.model.RowProduct;

/**
 * Sequences with their prompts in a KV cache, each of which gets one new token per step ({@code decode.py}).
 *
 * <p>Not thread-safe. A model has one session at a time, and while it is open does nothing else: its matrices may be laid
 * out for the step, until {@link #close}.
 */
public final class DecodeSession implements AutoCloseable {
    private static final int MOST_COMPARED = 4;

    private final LanguageModel model;
    private final NDManager owner;
    /** [sequences, tokens], on the device. */
    private final NDArray prompts;

    private final NDList step;
    private final NDList empty;

    private DecodeSession(LanguageModel model, NDManager owner, NDArray prompts) {
        this.model = model;
        this.owner = owner;
        this.prompts = prompts;
        step = new NDList(model.place(), LanguageModel.methodName(owner, "decode_step"));
        empty = new NDList(model.place(), LanguageModel.methodName(owner, "decode_empty"));
    }

    /**
     * Runs random prompts through the model, which fills the cache; the same seed gives the same prompts.
     *
     * @param model of {@link LanguageModel#loadDecoder}, with its weights
     * @param sequences B, 1 or more
     * @param tokens of each prompt, 1 to the model's context less one
     * @param seed of the prompts' token ids
     */
    public static DecodeSession random(LanguageModel model, int sequences, int tokens, long seed) {
        NDManager owner = model.place().getManager().newSubManager();
        JniUtils.setSeed(seed);
        Shape shape = new Shape(sequences, tokens);
        NDArray prompts = owner.randomInteger(0, model.spec().config().vocabulary(), shape, DataType.INT64);
        return begun(model, owner, prompts, Optional.empty());
    }

    /** The same with given prompts, row-major [sequences, tokens]. */
    public static DecodeSession of(LanguageModel model, int sequences, long[] prompts) {
        return of(model, sequences, prompts, Optional.empty());
    }

    /** The same with a given way to multiply rows, if this number of them can be multiplied so. */
    static DecodeSession of(LanguageModel model, int sequences, long[] prompts, RowProduct way) {
        return of(model, sequences, prompts, Optional.of(way));
    }

    private static DecodeSession of(LanguageModel model, int sequences, long[] prompts, Optional<RowProduct> way) {
        if (prompts.length % sequences != 0) {
            throw new IllegalArgumentException(prompts.length + " token ids are no " + sequences + " prompts alike");
        }
        NDManager owner = model.place().getManager().newSubManager();
        return begun(model, owner, owner.create(prompts, new Shape(sequences, prompts.length / sequences)), way);
    }

    private static DecodeSession begun(
            LanguageModel model, NDManager owner, NDArray prompts, Optional<RowProduct> way) {
        long tokens = prompts.getShape().get(1);
        int context = model.spec().config().context();
        if (tokens < 1 || tokens >= context) {
            owner.close();
            throw new IllegalArgumentException(tokens + " tokens a prompt, not 1 to " + (context - 1));
        }
        DecodeSession session = new DecodeSession(model, owner, prompts);
        JniUtils.setGradMode(false);
        try {
            session.use(way.orElseGet(session::chosen));
            NDList arguments = new NDList(prompts);
            arguments.addAll(model.parameterList());
            model.call("decode_begin", arguments).close();
            return session;
        } catch (RuntimeException failed) { // such as too little memory for the cache
            session.close();
            throw failed;
        }
    }

    /** The way that this process names, or else the fastest. */
    private RowProduct chosen() {
        return onGpu() ? RowProduct.MATRIX : RowProductChoice.ofThisProcess(model, sequences());
    }

    private void use(RowProduct way) {
        List<RowProduct> possible =
                RowProduct.candidates(sequences(), model.spec().gemm());
        RowProduct taken = Stream.of(way, way.unpacked())
                .filter(possible::contains)
                .findFirst()
                .orElse(RowProduct.MATRIX);
        RowProductChoice.use(model, taken, sequences());
    }

    /**
     * One new token for each sequence, the likeliest after the step before, in one native call.
     *
     * @return the last sequence's last logit, which is there only when the device has finished the step
     */
    public float step() {
        JniUtils.setGradMode(false);
        return model.run(step);
    }

    /** The way into libtorch and back with the arguments of {@link #step}, and nothing done there. */
    public float emptyCall() {
        return model.run(empty);
    }

    /** Sequences that get a token each step. */
    public int sequences() {
        return Math.toIntExact(prompts.getShape().get(0));
    }

    /** Whether operators may return before their work is done. */
    public boolean onGpu() {
        return model.place().getDevice().isGpu();
    }

    /** Tokens of each sequence that were in the cache before the first step. */
    public int cachedTokens() {
        return Math.toIntExact(prompts.getShape().get(1));
    }

    /** The token ids that the next step takes, one a sequence: the likeliest after the step before. */
    public long[] nextTokens() {
        try (NDList ids = model.call("read_next_ids", new NDList(model.place()))) {
            return ids.head().toLongArray();
        }
    }

    /** Has the next step take other tokens. */
    public void setNextTokens(long[] ids) {
        try (NDArray given = owner.create(ids, new Shape(sequences()))) {
            model.call("decode_tokens", new NDList(given)).close();
        }
    }

    /**
     * Keeps the last step's token in the cache and moves to the next position. Keys in the cache stay turned as they are,
     * so with longrope a session is to begin beyond the original context or to end within it.
     */
    public void advance() {
        model.call("decode_advance", new NDList(model.place())).close();
    }

    /** The logits of the last step, row-major [sequences, vocabulary]. */
    public float[] logits() {
        return model.result(0);
    }

    /** Shapes and checksums of the cache: for each layer keys, then values, each [sequences, heads, slots, width]. */
    public List<Checksum> cache() {
        try (NDList cache = model.call("read_cache", new NDList(model.place()))) {
            return cache.stream().map(model::checksum).toList();
        }
    }

    /**
     * How far the last step, made with these tokens just after the prompts, is from a pass over prompt and token at
     * once: relative distances by the 2-norm of the logits, then of the keys and the values in each layer's cache, for
     * which the larger of the distances of the new slot and of all slots counts.
     */
    public List<Double> distancesFromFullPass(long[] newTokens) {
        int sequences = sequences();
        // The first, the last and some between: a second cache for all would take as much memory as the first.
        long[] rows = sequences <= MOST_COMPARED
                ? LongStream.range(0, sequences).toArray()
                : LongStream.range(0, MOST_COMPARED)
                        .map(i -> i * (sequences - 1) / (MOST_COMPARED - 1))
                        .toArray();
        JniUtils.setGradMode(false);
        try (NDArray tokens = owner.create(newTokens);
                NDArray which = owner.create(rows);
                NDList distances = model.call("decode_distances", new NDList(prompts, tokens, which))) {
            float[] numbers = distances.head().toFloatArray();
            return IntStream.range(0, numbers.length)
                    .mapToObj(i -> (double) numbers[i])
                    .toList();
        }
    }

    /** Whether the next step continues each sequence with a token that has the largest logit of the last step. */
    public boolean isGreedy() {
        try (NDList greedy = model.call("decode_is_greedy", new NDList(model.place()))) {
            return greedy.head().toFloatArray()[0] == 1;
        }
    }

    @Override
    public void close() {
        try {
            model.call("decode_end", new NDList(model.place())).close();
        } finally {
            owner.close();
        }
    }
}
