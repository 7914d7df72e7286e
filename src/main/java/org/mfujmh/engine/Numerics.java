package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Norm;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * What libtorch computes by gpt.py and decoder.py against a model in float64 that shares nothing with them but the
 * formulas: logits, loss, and every gradient by finite differences, on tiny models.
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
        /** Smallest first; NaN is larger than any number. */
        public static final Comparator<Finding> BY_ERROR = Comparator.comparingDouble(Finding::error);

        public boolean ok() {
            return error <= bound; // NaN is not
        }
    }

    private static final int SEQUENCES = 2;
    private static final int TOKENS = 20;

    private final ModelSpec spec;
    private final Architecture config;
    private final ParameterLayout fused;
    private final Random random = new Random(42);

    private Numerics(ModelSpec spec) {
        this.spec = spec;
        config = spec.config();
        fused = ParameterLayout.of(config, Program.FUSED);
    }

    /** Each program that the model has, in every precision, each way to multiply, both losses. */
    public static Stream<ModelSpec> everyWayToCompute(Architecture config) {
        return Stream.of(Program.values())
                .filter(program -> program == Program.FUSED || config.isBookGpt())
                .flatMap(program -> Stream.of(Precision.values())
                        .flatMap(precision -> Stream.of(Gemm.NATIVE, Gemm.UPCAST)
                                .filter(gemm -> gemm == Gemm.NATIVE || precision != Precision.FP32)
                                .flatMap(gemm -> Stream.of(Loss.values())
                                        .map(loss -> new ModelSpec(config, program, precision, gemm, loss)))));
    }

    /**
     * The relative error in the 2-norm that rounding explains. Activations are rounded to the precision (unit
     * roundoff u) so many times, n, each a relative error of at most u that norms and residual sums pass on about as
     * large as they find it; independent as they are, they come to sqrt(n) u. Products add up their terms in fp32.
     * Backward goes the same way once more, from what forward left: three times as much.
     */
    public static double bound(Architecture config, Precision precision, boolean backward) {
        double accumulation = longestSum(config) * Precision.FP32.unitRoundoff();
        return (Math.sqrt(roundings(config)) * precision.unitRoundoff() + accumulation) * (backward ? 3 : 1);
    }

    /** How often an activation is rounded on its way from the embedding to a logit. */
    private static int roundings(Architecture config) {
        int outside = 6 + (config.embeddingScale() == 1 ? 0 : 2) + (config.logitSoftcap() == 0 ? 0 : 3);
        return outside + config.blocks().stream().mapToInt(Numerics::roundings).sum();
    }

    /**
     * Twelve in a block of GPT-2: norm, projection, scores, softmax, mixture, projection, sum; norm, up, GELU, down,
     * sum.
     */
    private static int roundings(Block block) {
        Attention.Grouped attention = (Attention.Grouped) block.attention();
        int queryAndKey = 2;
        boolean gated = !(block.feedForward() instanceof FeedForward.Mlp mlp) || mlp.gated();
        int router = 4; // its numbers, a weight, the product with it, the sum over experts
        return 12
                + (block.placement().norms() - 2)
                + (attention.queryKeyNorm() == Attention.QueryKeyNorm.NONE ? 0 : queryAndKey)
                + (attention.rotary().present() ? queryAndKey : 0)
                + (gated ? 1 : 0)
                + (block.feedForward() instanceof FeedForward.Experts ? router : 0);
    }

    /** Terms of the longest sum: columns of the widest matrix. */
    private static long longestSum(Architecture config) {
        return ParameterLayout.distinct(config, Program.FUSED).keySet().stream()
                .filter(tensor -> tensor.role() == Tensor.Role.MATRIX)
                .mapToLong(tensor -> tensor.shape().get(tensor.shape().size() - 1))
                .max()
                .orElseThrow();
    }

    /** Runs a forward and a forward + backward pass of a tiny model and holds every number against float64. */
    public static List<Finding> againstFloat64(ModelSpec spec) {
        return againstFloat64(spec, TorchScriptArchive.of(spec));
    }

    /** The same of an archive that a test may have altered. */
    static List<Finding> againstFloat64(ModelSpec spec, byte[] archive) {
        return new Numerics(spec).findings(archive);
    }

    private List<Finding> findings(byte[] archive) {
        List<Finding> findings = new ArrayList<>();
        try (LanguageModel model = LanguageModel.load(spec, "cpu", archive)) {
            model.setParameters(toFloats(fused.convert(drawn(), model.layout())));
            // Rounded to the precision they are the same numbers for both: only the arithmetic differs.
            List<double[]> parameters = model.layout().convert(toDoubles(model.parameters()), fused);
            Float64Reference reference = Float64Reference.of(spec, parameters, SEQUENCES, TOKENS, random);
            try (TokenBatch batch = model.batch(SEQUENCES, TOKENS, flat(reference.ids()), flat(reference.targets()))) {
                double last = model.forward(batch);
                double[] logits = toDoubles(model.results()).get(0);
                double[] expected = reference.logits();
                double forward = bound(config, spec.precision(), false);
                findings.add(new Finding("logits", distance(logits, expected) / norm(expected), forward));
                findings.add(new Finding("last logit, difference", Math.abs(last - logits[logits.length - 1]), 0));
                model.forwardLast(batch);
                double[] wantedLast = lastOfEach(expected);
                double[] gotLast = toDoubles(model.results()).get(0);
                findings.add(new Finding(
                        "logits of the last tokens", distance(gotLast, wantedLast) / norm(wantedLast), forward));
                double found = model.forwardBackward(batch);
                findings.add(new Finding(
                        "loss, difference",
                        Math.abs(found - reference.loss(spec.loss())),
                        // A sum of numbers is at most sqrt(count) times as large as their norm.
                        forward * (spec.loss() == Loss.SUM ? Math.sqrt(expected.length) * norm(expected) : 1)));
                gradients(model.layout().convert(toDoubles(model.results()), fused), reference, findings);
            }
        }
        return findings;
    }

    /** Of logits [sequences, tokens, vocabulary] the last token's of each sequence. */
    private double[] lastOfEach(double[] logits) {
        int vocabulary = config.vocabulary();
        double[] last = new double[SEQUENCES * vocabulary];
        for (int b = 0; b < SEQUENCES; b++) {
            System.arraycopy(logits, ((b + 1) * TOKENS - 1) * vocabulary, last, b * vocabulary, vocabulary);
        }
        return last;
    }

    /** Along a random direction for each tensor, so that every entry of every gradient takes part. */
    private void gradients(List<double[]> gradients, Float64Reference reference, List<Finding> findings) {
        double wholeNorm =
                Math.sqrt(gradients.stream().mapToDouble(g -> norm(g) * norm(g)).sum());
        for (int i = 0; i < gradients.size(); i++) {
            double[] gradient = gradients.get(i);
            double[] direction = reference.direction(i);
            double found = IntStream.range(0, gradient.length)
                    .mapToDouble(j -> gradient[j] * direction[j])
                    .sum();
            double expected = reference.slope(i, spec.loss());
            // A tensor's gradient may be small against those computed with it (a key's bias).
            double size = Math.max(norm(gradient), 1e-2 * wholeNorm);
            // An error vector e meets a direction of variance 1 in a number of standard deviation |e|: five of them.
            findings.add(new Finding(
                    "gradient of " + fused.parameters().get(i).name() + " along a direction",
                    Math.abs(found - expected) / size,
                    5 * bound(config, spec.precision(), true)));
        }
    }

    /** Weights that keep activations near 1, and biases, scales and shifts that are not zero or one. */
    private List<double[]> drawn() {
        return fused.parameters().stream()
                .map(tensor -> {
                    double centre = centre(tensor);
                    double spread = spread(tensor);
                    return random.doubles(tensor.size())
                            .map(ignored -> centre + spread * random.nextGaussian())
                            .toArray();
                })
                .toList();
    }

    private double centre(Tensor tensor) {
        boolean countsFromOne = config.finalNorm().formula() == Norm.Formula.RMS_PLUS_ONE;
        return tensor.role() == Tensor.Role.NORM_SCALE && !countsFromOne ? 1 : 0;
    }

    private double spread(Tensor tensor) {
        return switch (tensor.role()) {
            case TOKEN_EMBEDDING, POSITION_EMBEDDING ->
                config.tiedHead() ? 1 / Math.sqrt(config.width()) : 1 / config.embeddingScale();
            case MATRIX, HEAD -> 1 / Math.sqrt(tensor.shape().get(tensor.shape().size() - 1));
            case BIAS, NORM_SCALE, NORM_SHIFT, SINK -> 0.2;
        };
    }

    /**
     * Random sequences. Rounding may turn a close choice of experts, which is no error and changes everything after it:
     * a token that makes one is drawn again. Errors of the router's numbers add up like independent ones, and a lead of
     * four times their sum is some five standard deviations.
     */
    static long[][] tokens(ModelSpec spec, Float64Decoder reference, int sequences, int tokens, Random random) {
        Architecture config = spec.config();
        double margin = 4 * spec.precision().unitRoundoff() * Math.sqrt(roundings(config));
        long[][] ids = new long[sequences][];
        for (int b = 0; b < sequences; b++) {
            ids[b] = new long[0];
            while (ids[b].length < tokens) {
                long[] longer = Arrays.copyOf(ids[b], ids[b].length + 1);
                longer[ids[b].length] = random.longs(1, 0, config.vocabulary()).sum();
                if (!config.hasExperts() || reference.closestChoice(longer) > margin) {
                    ids[b] = longer;
                }
            }
        }
        return ids;
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
