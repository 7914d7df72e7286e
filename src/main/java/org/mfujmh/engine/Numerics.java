package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/**
 * What libtorch computes by gpt.py against a GPT in float64 that shares nothing with it but the
 * formulas: logits, loss, and every gradient by finite differences, on gpt-tiny.
 */
public final class Numerics {

    /**
     * A figure and how large it may be.
     *
     * @param what e.g. {@code logits}
     * @param error relative, by the 2-norm, unless {@code what} says otherwise
     * @param bound from the precision
     */
    public record Finding(String what, double error, double bound) {
        public boolean ok() {
            return error <= bound; // NaN is not
        }
    }

    private static final Architecture TINY = Models.named("gpt-tiny");
    private static final ParameterLayout FUSED = ParameterLayout.of(TINY, Program.FUSED);
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 20;
    private static final double STEP = 1e-5;

    private final ModelSpec spec;
    private final Random random = new Random(42);
    private final long[][] ids = tokens();
    private final long[][] targets = tokens();

    private Numerics(ModelSpec spec) {
        this.spec = spec;
    }

    /** Both programs in every precision, each way to multiply, both losses, for one model. */
    public static Stream<ModelSpec> everyWayToCompute(Architecture config) {
        return Stream.of(Program.values()).flatMap(program -> Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(Gemm.NATIVE, Gemm.UPCAST)
                        .filter(gemm -> gemm == Gemm.NATIVE || precision != Precision.FP32)
                        .flatMap(gemm -> Stream.of(Loss.values())
                                .map(loss -> new ModelSpec(config, program, precision, gemm, loss)))));
    }

    /**
     * The relative error, by the 2-norm, that rounding explains. Activations are rounded to the precision (unit
     * roundoff u) some 12 times a layer and 6 times outside them, each an independent relative error of at most
     * u that layer norms and residual sums pass on about as large as they find it; products add up at most 4d
     * terms in fp32. Backward goes the same way once more, from what forward left: three times as much.
     */
    public static double bound(Architecture config, Precision precision, boolean backward) {
        double roundings = 12 * config.layers() + 6;
        double accumulation = 4 * config.width() * Precision.FP32.unitRoundoff();
        return (roundings * precision.unitRoundoff() + accumulation) * (backward ? 3 : 1);
    }

    /** Runs a forward and a forward + backward pass of gpt-tiny and holds every number against float64. */
    public static List<Finding> againstFloat64(ModelSpec spec) {
        return new Numerics(spec).findings();
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try (GptModel model = GptModel.load(spec, "cpu")) {
            model.setParameters(toFloats(FUSED.convert(drawn(), model.layout())));
            // Rounded to the precision they are the same numbers for both: only the arithmetic differs.
            List<double[]> parameters = model.layout().convert(toDoubles(model.parameters()), FUSED);
            Float64Gpt reference = new Float64Gpt(TINY, parameters);
            try (TokenBatch batch = model.batch(SEQUENCES, TOKENS, flat(ids), flat(targets))) {
                double last = model.forward(batch);
                double[] logits = toDoubles(model.results()).get(0);
                double[] expected = Stream.of(ids)
                        .flatMap(sequence -> Arrays.stream(reference.logits(sequence)))
                        .flatMapToDouble(Arrays::stream)
                        .toArray();
                double forward = bound(TINY, spec.precision(), false);
                findings.add(new Finding("logits", distance(logits, expected) / norm(expected), forward));
                findings.add(new Finding("last logit, difference", Math.abs(last - logits[logits.length - 1]), 0));
                double loss = model.forwardBackward(batch);
                findings.add(new Finding(
                        "loss, difference",
                        Math.abs(loss - loss(reference)),
                        forward * (spec.loss() == Loss.SUM ? norm(expected) : 1)));
                gradients(parameters, model.layout().convert(toDoubles(model.results()), FUSED), findings);
            }
        }
        return findings;
    }

    /** Along a random direction for each tensor, so that every entry of every gradient takes part. */
    private void gradients(List<double[]> parameters, List<double[]> gradients, List<Finding> findings) {
        double wholeNorm =
                Math.sqrt(gradients.stream().mapToDouble(g -> norm(g) * norm(g)).sum());
        for (int i = 0; i < gradients.size(); i++) {
            double[] gradient = gradients.get(i);
            double[] direction = random.doubles(gradient.length, -1, 1)
                    .map(x -> x * Math.sqrt(3)) // variance 1
                    .toArray();
            double found = IntStream.range(0, gradient.length)
                    .mapToDouble(j -> gradient[j] * direction[j])
                    .sum();
            double expected =
                    (loss(moved(parameters, i, direction, STEP)) - loss(moved(parameters, i, direction, -STEP)))
                            / (2 * STEP);
            // A tensor's gradient may be small against the ones it is computed beside (a key's bias).
            double size = Math.max(norm(gradient), 1e-2 * wholeNorm);
            // An error vector e meets a direction of variance 1 in a number of standard deviation |e|: five of them.
            findings.add(new Finding(
                    "gradient of " + FUSED.parameters().get(i).name() + " along a direction",
                    Math.abs(found - expected) / size,
                    5 * bound(TINY, spec.precision(), true)));
        }
    }

    private double loss(Float64Gpt reference) {
        return spec.loss() == Loss.SUM ? reference.sum(ids) : reference.crossEntropy(ids, targets);
    }

    private static Float64Gpt moved(List<double[]> parameters, int which, double[] direction, double step) {
        List<double[]> moved = new ArrayList<>(parameters);
        double[] from = parameters.get(which);
        moved.set(
                which,
                IntStream.range(0, from.length)
                        .mapToDouble(j -> from[j] + step * direction[j])
                        .toArray());
        return new Float64Gpt(TINY, moved);
    }

    /** Weights that keep activations near 1, and biases, scales and shifts that are not zero or one. */
    private List<double[]> drawn() {
        return FUSED.parameters().stream()
                .map(parameter -> {
                    String name = parameter.name();
                    boolean matrix = parameter.shape().size() == 2;
                    double centre = name.endsWith(".scale") ? 1 : 0;
                    double spread = !matrix
                            ? 0.2
                            : name.endsWith("embedding")
                                    ? 1
                                    : 1 / Math.sqrt(parameter.shape().get(1));
                    return random.doubles(parameter.size())
                            .map(ignored -> centre + spread * random.nextGaussian())
                            .toArray();
                })
                .toList();
    }

    private long[][] tokens() {
        return IntStream.range(0, SEQUENCES)
                .mapToObj(b -> random.longs(TOKENS, 0, TINY.vocabulary()).toArray())
                .toArray(long[][]::new);
    }

    private static long[] flat(long[][] rows) {
        return Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    private static double distance(double[] a, double[] b) {
        return norm(IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray());
    }

    private static List<float[]> toFloats(List<double[]> values) {
        return values.stream()
                .map(array -> {
                    float[] floats = new float[array.length];
                    for (int i = 0; i < array.length; i++) {
                        floats[i] = (float) array[i];
                    }
                    return floats;
                })
                .toList();
    }

    private static List<double[]> toDoubles(List<float[]> values) {
        return values.stream()
                .map(array -> IntStream.range(0, array.length)
                        .mapToDouble(i -> array[i])
                        .toArray())
                .toList();
    }
}
