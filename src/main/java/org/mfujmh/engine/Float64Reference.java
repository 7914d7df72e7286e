package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;

/**
 * What {@link Float64Decoder} says of one set of weights and one random batch: logits, both losses, and each loss's
 * slope along a random direction of every parameter by central differences.
 *
 * <p>All of it follows from the model, the precision (which decides the tokens) and the weights. Those that were asked
 * for last are kept, so that two ways to compute the same model are held against one computation.
 */
final class Float64Reference {
    private static final double STEP = 1e-7;
    private static final int KEPT = 8;

    private record Key(Architecture model, Precision precision) {}

    private static final Map<Key, Float64Reference> LAST = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Float64Reference> eldest) {
            return size() > KEPT;
        }
    };

    private final Architecture model;
    private final List<double[]> parameters;
    private final long[][] ids;
    private final long[][] targets;
    private final List<double[]> directions = new ArrayList<>();
    private final Map<Loss, double[]> slopes = new LinkedHashMap<>();

    private Float64Reference(ModelSpec spec, List<double[]> parameters, int sequences, int tokens, Random random) {
        this.model = spec.config();
        this.parameters = parameters;
        Float64Decoder decoder = new Float64Decoder(model, parameters);
        ids = Numerics.tokens(spec, decoder, sequences, tokens, random);
        targets = IntStream.range(0, sequences)
                .mapToObj(b -> random.longs(tokens, 0, model.vocabulary()).toArray())
                .toArray(long[][]::new);
        for (double[] parameter : parameters) {
            directions.add(random.doubles(parameter.length, -1, 1)
                    .map(x -> x * Math.sqrt(3)) // variance 1
                    .toArray());
        }
    }

    /**
     * The reference for these weights.
     *
     * @param parameters in the order of the fused program, rounded to the precision of {@code spec}
     * @param random in the same state whenever the model and the precision are the same
     */
    static synchronized Float64Reference of(
            ModelSpec spec, List<double[]> parameters, int sequences, int tokens, Random random) {
        Key key = new Key(spec.config(), spec.precision());
        Float64Reference kept = LAST.get(key);
        if (kept == null || !kept.isOf(parameters, sequences, tokens)) {
            kept = new Float64Reference(spec, parameters, sequences, tokens, random);
            LAST.put(key, kept);
        }
        return kept;
    }

    private boolean isOf(List<double[]> others, int sequences, int tokens) {
        return ids.length == sequences
                && ids[0].length == tokens
                && Arrays.deepEquals(parameters.toArray(), others.toArray());
    }

    /** Token ids, [sequences][tokens]. */
    long[][] ids() {
        return ids;
    }

    /** Targets, as {@link #ids}. */
    long[][] targets() {
        return targets;
    }

    /** The logits of all sequences, one after the other, row-major [sequences, tokens, vocabulary]. */
    double[] logits() {
        Float64Decoder decoder = new Float64Decoder(model, parameters);
        return Stream.of(ids)
                .flatMap(sequence -> Arrays.stream(decoder.logits(sequence)))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    double loss(Loss loss) {
        return formula(loss).applyAsDouble(new Float64Decoder(model, parameters));
    }

    /** A random direction of a parameter, of variance 1 in each entry. */
    double[] direction(int parameter) {
        return directions.get(parameter);
    }

    /** The derivative of a loss along the direction of that parameter. */
    double slope(int parameter, Loss loss) {
        double[] all = slopes.computeIfAbsent(loss, this::slopes);
        return all[parameter];
    }

    private double[] slopes(Loss loss) {
        ToDoubleFunction<Float64Decoder> formula = formula(loss);
        return IntStream.range(0, parameters.size())
                .mapToDouble(i ->
                        (formula.applyAsDouble(moved(i, STEP)) - formula.applyAsDouble(moved(i, -STEP))) / (2 * STEP))
                .toArray();
    }

    private ToDoubleFunction<Float64Decoder> formula(Loss loss) {
        return decoder -> loss == Loss.SUM ? decoder.sum(ids) : decoder.crossEntropy(ids, targets);
    }

    private Float64Decoder moved(int which, double step) {
        List<double[]> moved = new ArrayList<>(parameters);
        double[] from = parameters.get(which);
        double[] direction = directions.get(which);
        moved.set(
                which,
                IntStream.range(0, from.length)
                        .mapToDouble(j -> from[j] + step * direction[j])
                        .toArray());
        return new Float64Decoder(model, moved);
    }
}
