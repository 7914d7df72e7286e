package org.mfujmh.bytes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * What a decoding step has to read and write: each weight once for all sequences, the KV cache of each sequence, one
 * row of the embedding for each new token. With B sequences that have T tokens in the cache, the cache takes 2 g h (T +
 * 1) B numbers a layer (latent attention: rank and rotary columns in place of 2 g h): T tokens are read, and one is
 * written. A layer with a window w keeps the last w.
 *
 * <p>Activations are left out: a token's are a few kilobytes, which stay in the processor's caches.
 *
 * @param model what is run
 * @param sequences B, each of which gets one token
 * @param cached T, tokens in the cache before the step
 * @param precision of weights and cache
 */
public record DecodeBytes(Architecture model, int sequences, int cached, Precision precision) {

    /** @throws BadInput if there is no sequence, or the new token would be beyond the model's context */
    public DecodeBytes {
        if (sequences < 1) {
            throw new BadInput("The batch needs at least 1 sequence, not " + sequences + ".");
        }
        if (cached < 1 || cached >= model.context()) {
            throw new BadInput("A step that finds " + cached + " tokens in the cache makes token " + (cached + 1L)
                    + " of a sequence, but " + model.name() + " has " + model.context()
                    + " positions. Choose 1 to " + (model.context() - 1) + " cached tokens.");
        }
    }

    /** Every term: the embedding's rows, the weights in the order of the data, the cache. */
    public List<ByteTerm> terms() {
        List<ByteTerm> terms = new ArrayList<>();
        ParameterLayout.distinct(model, Program.FUSED).forEach((tensor, count) -> terms.addAll(of(tensor, count)));
        caches().forEach((slots, numbers) -> {
            long read = Math.multiplyExact(numbers, (slots - 1) * sequences);
            long written = Math.multiplyExact(numbers, (long) sequences);
            String shape = sequences + " x " + slots + " slots";
            terms.add(exact(ByteTerm.Moved.CACHE_READ, "keys and values", shape + ", all but the last", 1, read, ""));
            terms.add(exact(ByteTerm.Moved.CACHE_WRITTEN, "keys and values", shape + ", the last", 1, written, ""));
        });
        return terms;
    }

    /** Numbers that all layers with so many slots keep for one token of one sequence, by slots. */
    private Map<Long, Long> caches() {
        Map<Long, Long> caches = new LinkedHashMap<>();
        for (Block block : model.blocks()) {
            Attention attention = block.attention();
            caches.merge(attention.cachedOf(cached + 1L), attention.cachedPerToken(), Math::addExact);
        }
        return caches;
    }

    private List<ByteTerm> of(Tensor tensor, int count) {
        long width = tensor.shape().get(tensor.shape().size() - 1);
        return switch (tensor.role()) {
            case TOKEN_EMBEDDING -> {
                ByteTerm rows = exact(
                        ByteTerm.Moved.EMBEDDING,
                        tensor.name(),
                        "[" + sequences + " x " + width + "]",
                        count,
                        width * sequences,
                        "rows that are looked up");
                yield model.tiedHead()
                        ? List.of(
                                rows,
                                exact(
                                        ByteTerm.Moved.MATRIX,
                                        tensor.name(),
                                        shape(tensor),
                                        count,
                                        tensor.size(),
                                        "the head, tied"))
                        : List.of(rows);
            }
            case POSITION_EMBEDDING ->
                List.of(exact(
                        ByteTerm.Moved.EMBEDDING,
                        tensor.name(),
                        "[1 x " + width + "]",
                        count,
                        width,
                        "one row for all"));
            case MATRIX, HEAD -> List.of(weights(ByteTerm.Moved.MATRIX, tensor, count));
            case BIAS, NORM_SCALE, NORM_SHIFT, SINK -> List.of(weights(ByteTerm.Moved.VECTOR, tensor, count));
        };
    }

    private ByteTerm weights(ByteTerm.Moved kind, Tensor tensor, int count) {
        if (tensor.experts() == 1) {
            return exact(kind, tensor.name(), shape(tensor), count, tensor.size() * count, "");
        }
        long one = tensor.size() / tensor.experts() * count;
        double expected = expectedExperts(tensor.experts(), tensor.used(), sequences);
        long most = Math.min(tensor.experts(), (long) tensor.used() * sequences);
        return new ByteTerm(
                kind,
                tensor.name(),
                shape(tensor),
                count,
                one * tensor.used(),
                one * expected,
                one * most,
                String.format(
                        Locale.ROOT,
                        "%.4g of %d experts expected, %d to %d",
                        expected,
                        tensor.experts(),
                        tensor.used(),
                        most));
    }

    /**
     * How many of E experts at least one of B tokens chooses, if each token chooses k of them independently and evenly:
     * E (1 - (1 - k / E)^B).
     */
    static double expectedExperts(int experts, int used, int tokens) {
        return tokens == 1 ? used : experts * (1 - Math.pow(1 - used / (double) experts, tokens));
    }

    private static ByteTerm exact(
            ByteTerm.Moved kind, String name, String shape, long count, long numbers, String remark) {
        return new ByteTerm(kind, name, shape, count, numbers, numbers, numbers, remark);
    }

    private static String shape(Tensor tensor) {
        return tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(" x ", "[", "]"));
    }

    /** Bytes of a step on average: exact without experts, and with experts for one sequence. */
    public double expected() {
        return bytes(ByteTerm::expected);
    }

    /** Bytes that no step can avoid. */
    public double least() {
        return bytes(ByteTerm::least);
    }

    /** Bytes of a step at most. */
    public double most() {
        return bytes(ByteTerm::most);
    }

    private double bytes(ToDoubleFunction<ByteTerm> numbers) {
        return terms().stream().mapToDouble(numbers).sum() * precision.bytes();
    }

    /** Bytes of a step on average, for terms of these kinds only. */
    double expected(List<ByteTerm.Moved> kinds) {
        return terms().stream()
                        .filter(term -> kinds.contains(term.kind()))
                        .mapToDouble(ByteTerm::expected)
                        .sum()
                * precision.bytes();
    }

    /** The expected bytes shared by the new tokens. */
    public double perToken() {
        return expected() / sequences;
    }
}
