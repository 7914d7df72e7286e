package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.TrainingStep;

/**
 * Checks training steps against the optimizer's definition in float64: evenly spaced numbers of every parameter are
 * read before and after a step, with the gradients that it used, and must have changed as the definition says.
 *
 * <p>AdamW (arXiv 1711.05101, algorithm 2): m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w (1 - rate decay) -
 * rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps). It is replayed over {@link #STEPS} steps, so that a state which
 * is lost between steps shows, and a missing correction by b^t.
 *
 * <p>Gradients that were clipped in fp32 are read as fp16 where the products are: of those that fp16 makes zero, or next
 * to it, the replay knows no more than how far AdamW may move a number.
 */
public final class OptimizerCheck {

    /** Two, since the second step depends on the state that the first one left. */
    static final int STEPS = 2;

    /**
     * The learning rate of the check: a weight of 1 must change by more than half of bf16's last digit, or a parameter
     * that was skipped could not be told from one that is rounded back.
     */
    static final double RATE = 1.0 / 64;

    /** The weight decay of the check: an eighth of a weight a step, which bf16 shows. */
    static final double DECAY = 8;

    /** About this many numbers of each parameter are read. */
    private static final int READ = 1024;

    /** Of a weight on its way: decayed, changed, and the factors of both. */
    private static final double ROUNDINGS_OF_WEIGHT = 4;

    /** Beyond rounding of the result: the state's rounding, which enters m and the root of v. */
    private static final double ROUNDINGS_OF_STATE = 6;

    /**
     * The relative error e of a gradient from which on only the size of AdamW's update is held: below it, the update is
     * known to (1 + e) / (1 - e) - 1, which is at most 4 e.
     */
    private static final double MOST_DOUBT = 0.5;

    /** AdamW changes a number by at most so many learning rates in the first {@link #STEPS} steps, decay aside. */
    private static final double MOST_RATES = 1.01;

    /**
     * The norm by which an average of gradients may differ from that of single micro batches, in norms, beyond
     * rounding.
     */
    private static final double SHARE_OF_A_MICRO_BATCH = 0.25;

    private final LanguageModel model;
    private final TrainingStep step;
    private final List<Tensor> layout;
    private final double roundingOfProducts;
    private final double roundingOfWeights;
    /** Of the gradients as they are read, relative to those that the optimizer used. */
    private final double roundingOfGradients;

    private final double underflowOfProducts;
    private final double underflowOfWeights;
    private final double underflowOfGradients;
    private final boolean masters;

    private OptimizerCheck(LanguageModel model, TrainingStep step) {
        this.model = model;
        this.step = step;
        layout = model.layout().parameters();
        Precision precision = model.spec().precision();
        masters = step.hasMasterWeights(precision);
        roundingOfProducts = precision.unitRoundoff();
        roundingOfWeights = masters ? Precision.FP32.unitRoundoff() : roundingOfProducts;
        // The fp32 copies that were divided are rounded to be read.
        boolean rounded = masters && step.accumulation() == 1 && step.clip().isPresent();
        roundingOfGradients = rounded ? roundingOfProducts : 0;
        underflowOfProducts = underflow(precision);
        underflowOfWeights = underflow(masters ? Precision.FP32 : precision);
        underflowOfGradients = rounded ? underflowOfProducts : 0;
    }

    /** Beyond what is relative; a device may make a subnormal number of fp32's range zero. */
    private static double underflow(Precision precision) {
        return Math.max(precision.underflow(), Float.MIN_NORMAL);
    }

    /**
     * Runs {@link #STEPS} training steps and checks them. Afterwards the weights differ from those that were drawn, and
     * the training has to be prepared again.
     *
     * @param batch all micro batches of a step
     * @param micros the same, one micro batch each
     * @return what is wrong, as a clause; empty if nothing is
     */
    public static Optional<String> fault(
            LanguageModel model, TokenBatch batch, List<TokenBatch> micros, TrainingStep step) {
        return new OptimizerCheck(model, step).run(batch, micros);
    }

    private Optional<String> run(TokenBatch batch, List<TokenBatch> micros) {
        model.prepareTraining(step, RATE, DECAY);
        List<float[]> before = weights();
        List<State> states = before.stream().map(w -> new State(w.length)).toList();
        for (int t = 1; t <= STEPS; t++) {
            Optional<float[][]> average = micros.size() > 1 ? Optional.of(average(micros)) : Optional.empty();
            float loss = model.trainStep(batch);
            if (!Float.isFinite(loss)) {
                return Optional.of("the loss of step " + t + " is " + loss);
            }
            List<float[]> used = model.sampledResults(READ);
            List<float[]> after = weights();
            if (used.size() != layout.size()) {
                return Optional.of("the step left " + used.size() + " gradients for " + layout.size() + " parameters");
            }
            Optional<String> accumulated =
                    average.isEmpty() ? Optional.empty() : notTheAverage(used, average.get(), micros.size());
            if (accumulated.isPresent()) {
                return accumulated;
            }
            for (int i = 0; i < layout.size(); i++) {
                Optional<String> wrong = states.get(i).step(t, layout.get(i), before.get(i), used.get(i), after.get(i));
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            if (masters) {
                Optional<String> copies = notCopied(after, model.sampledParameters(READ));
                if (copies.isPresent()) {
                    return copies;
                }
            }
            before = after;
        }
        return Optional.empty();
    }

    private List<float[]> weights() {
        return masters ? model.sampledMasters(READ) : model.sampledParameters(READ);
    }

    /** The mean of the micro batches' gradients, each computed by itself with the weights as they are. */
    private float[][] average(List<TokenBatch> micros) {
        float[][] sums = new float[layout.size()][];
        for (TokenBatch micro : micros) {
            model.forwardBackward(micro);
            List<float[]> gradients = model.sampledResults(READ);
            for (int i = 0; i < sums.length; i++) {
                float[] g = gradients.get(i);
                if (sums[i] == null) {
                    sums[i] = new float[g.length];
                }
                for (int j = 0; j < g.length; j++) {
                    sums[i][j] += g[j] / micros.size();
                }
            }
        }
        return sums;
    }

    /** All gradients may have been scaled down by one number, to the norm that they are clipped to. */
    private Optional<String> notTheAverage(List<float[]> used, float[][] average, int micros) {
        // Gradients that were added up in fp32 are read as they were used.
        double underflow = masters ? 0 : underflowOfProducts;
        double factor = 1;
        if (step.clip().isPresent()) {
            double above = IntStream.range(0, average.length)
                    .mapToDouble(i -> dot(used.get(i), average[i]))
                    .sum();
            double below = Arrays.stream(average).mapToDouble(g -> dot(g, g)).sum();
            factor = below == 0 ? 1 : above / below;
        }
        double allowed = SHARE_OF_A_MICRO_BATCH / micros + 4 * roundingOfProducts * Math.sqrt(micros);
        if (factor > 1 + allowed) {
            return Optional.of(String.format(
                    "the gradients that the optimizer used are %.3g times the mean of the micro batches: clipping may only"
                            + " make them smaller",
                    factor));
        }
        double wrong = 0;
        double whole = 0;
        long numbers = 0;
        for (int i = 0; i < average.length; i++) {
            numbers += average[i].length;
            for (int j = 0; j < average[i].length; j++) {
                double expected = factor * average[i][j];
                wrong += square(used.get(i)[j] - expected);
                whole += square(expected);
            }
        }
        if (Math.sqrt(wrong) <= allowed * Math.sqrt(whole) + underflow * Math.sqrt((double) numbers)) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                "the gradients that the optimizer used differ from the mean of the %d micro batches by %.1f %% of its norm",
                micros, 100 * Math.sqrt(wrong / whole)));
    }

    /** The weights that products read must be the fp32 weights, rounded. */
    private Optional<String> notCopied(List<float[]> masters, List<float[]> copies) {
        for (int i = 0; i < masters.size(); i++) {
            for (int j = 0; j < masters.get(i).length; j++) {
                float master = masters.get(i)[j];
                if (Math.abs(copies.get(i)[j] - master) > roundingOfProducts * Math.abs(master) + underflowOfProducts) {
                    return Optional.of("the products' copy of " + layout.get(i).name() + " is " + copies.get(i)[j]
                            + " where the optimizer has " + master);
                }
            }
        }
        return Optional.empty();
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(j -> (double) a[j] * b[j])
                .sum();
    }

    private static double square(double x) {
        return x * x;
    }

    /** The optimizer's state of one parameter's numbers, in float64. */
    private final class State {
        private final double[] m;
        private final double[] v;
        /** The largest gradient so far, and the largest error of one as it is read, relative to it. */
        private final double[] largest;

        private final double[] doubts;

        State(int numbers) {
            m = new double[numbers];
            v = new double[numbers];
            largest = new double[numbers];
            doubts = new double[numbers];
        }

        /** Replays step t, 1 for the first; @return what differs, as a clause. */
        Optional<String> step(int t, Tensor tensor, float[] before, float[] gradients, float[] after) {
            double decay = tensor.shape().size() > 1 ? DECAY : 0;
            List<String> wrong = new ArrayList<>();
            for (int j = 0; j < before.length && wrong.isEmpty(); j++) {
                double g = gradients[j];
                double w = before[j];
                double update = 0;
                double slack = 0;
                if (step.optimizer() == Optimizer.SGD) {
                    update = RATE * g;
                    slack = (roundingOfWeights + roundingOfGradients) * Math.abs(update) + RATE * underflowOfGradients;
                } else if (step.optimizer().isAdamw()) {
                    double size = TrainingStep.BETA1 * Math.abs(m[j]) + (1 - TrainingStep.BETA1) * Math.abs(g);
                    m[j] = TrainingStep.BETA1 * m[j] + (1 - TrainingStep.BETA1) * g;
                    v[j] = TrainingStep.BETA2 * v[j] + (1 - TrainingStep.BETA2) * g * g;
                    largest[j] = Math.max(largest[j], Math.abs(g) + underflowOfGradients);
                    doubts[j] = Math.max(doubts[j], doubt(g));
                    double root = Math.sqrt(v[j] / (1 - Math.pow(TrainingStep.BETA2, t))) + TrainingStep.EPSILON;
                    double scale = RATE / (1 - Math.pow(TrainingStep.BETA1, t)) / root;
                    boolean known = doubts[j] < MOST_DOUBT;
                    update = RATE * decay * w + (known ? scale * m[j] : 0);
                    slack = ROUNDINGS_OF_STATE * roundingOfWeights * (scale * size + RATE * decay * Math.abs(w))
                            + (known
                                    ? ROUNDINGS_OF_STATE * doubts[j] * scale * size
                                    : RATE * Math.min(MOST_RATES, largest[j] / TrainingStep.EPSILON));
                }
                double expected = w - update;
                double allowed = slack
                        + ROUNDINGS_OF_WEIGHT
                                * (roundingOfWeights * Math.max(Math.abs(w), Math.abs(expected)) + underflowOfWeights)
                        + 1e-30;
                if (!(Math.abs(after[j] - expected) <= allowed)) {
                    wrong.add(String.format(
                            "step %d changed a number of %s from %.9g to %.9g, where %s of its gradient %.6g gives %.9g",
                            t,
                            tensor.name(),
                            w,
                            (double) after[j],
                            step.optimizer().label(),
                            g,
                            expected));
                }
            }
            return wrong.stream().findFirst();
        }

        /** The error of a gradient as it is read, relative to it. */
        private double doubt(double g) {
            return roundingOfGradients + (underflowOfGradients == 0 ? 0 : underflowOfGradients / Math.abs(g));
        }
    }
}
