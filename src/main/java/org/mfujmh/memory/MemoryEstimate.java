package org.mfujmh.memory;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;

/**
 * The predicted memory of a pass. On a CPU the process takes about 0.25 GiB more for the JVM and libtorch.
 *
 * @param plan the pass
 * @param peak the moment that takes the most
 * @param moments all moments in the order of time
 */
public record MemoryEstimate(MemoryPlan plan, Moment peak, List<Moment> moments) {

    public MemoryEstimate {
        moments = List.copyOf(moments);
    }

    /** @throws BadInput if the sizes give more than 2^63 bytes */
    public static MemoryEstimate of(MemoryPlan plan) {
        requireSizes(plan);
        try {
            Moment always = standing(plan);
            List<Moment> passing = passing(plan);
            List<Moment> moments = Stream.concat(passing.stream(), OptimizerMemory.moment(plan, passing).stream())
                    .map(moment -> moment.plus(always))
                    .toList();
            Moment peak = moments.stream()
                    .max(Comparator.comparingLong(Moment::total))
                    .orElseThrow();
            return new MemoryEstimate(plan, peak, moments);
        } catch (ArithmeticException e) {
            throw tooMany(plan, e);
        }
    }

    /** Keeps the products of a token's numbers within 63 bits; sums of exact products are checked elsewhere. */
    private static void requireSizes(MemoryPlan plan) {
        Architecture model = plan.model();
        double numbers = (double) plan.batchTokens() * model.layers() * (model.vocabulary() + 64.0 * model.width())
                + 64.0 * model.parameters();
        if (numbers * Double.BYTES > Long.MAX_VALUE / 8.0) {
            throw tooMany(plan, null);
        }
    }

    private static BadInput tooMany(MemoryPlan plan, ArithmeticException cause) {
        return new BadInput(
                "The sizes of " + plan.model().name() + " at batch " + plan.sequences() + " x " + plan.tokens()
                        + " tokens give more bytes than any device has.",
                cause);
    }

    /** Total bytes at the peak. */
    public long total() {
        return peak.total();
    }

    /**
     * Bytes that every batch takes: weights, and the pass's gradients and optimizer state if it has them. A device with
     * less memory cannot run the pass.
     */
    public static long leastBytes(MemoryPlan plan) {
        Moment always = standing(plan);
        long gradients =
                plan.pass().hasBackward() ? Math.multiplyExact(plan.model().parameters(), plan.narrow()) : 0;
        return Math.addExact(always.total(), gradients);
    }

    /** Memory in use throughout. */
    private static Moment standing(MemoryPlan plan) {
        long parameters = plan.model().parameters();
        Moment always = Moment.named("always").plus(MemoryTerm.WEIGHTS, Math.multiplyExact(parameters, plan.narrow()));
        if (plan.program() == Program.NOTEBOOK) { // the causal mask
            long context = plan.model().context();
            always = always.plus(MemoryTerm.WORKSPACE, context * context * plan.narrow());
        }
        if (plan.pass() == MemoryPass.DECODE) {
            always = always.plus(
                    MemoryTerm.KV_CACHE,
                    KeyValueCacheSize.bytes(plan.model(), plan.sequences(), plan.tokens(), plan.precision()));
        }
        if (plan.pass() != MemoryPass.TRAIN_STEP) {
            return always;
        }
        TrainingStep training = plan.training();
        boolean masters = training.hasMasterWeights(plan.precision());
        long updated = masters ? Precision.FP32.bytes() : plan.narrow();
        if (masters) {
            always = always.plus(MemoryTerm.MASTER_WEIGHTS, Math.multiplyExact(parameters, updated));
        }
        if (training.accumulation() > 1) {
            always = always.plus(MemoryTerm.GRADIENTS, Math.multiplyExact(parameters, updated));
        }
        return always.plus(
                MemoryTerm.OPTIMIZER_STATE,
                Math.multiplyExact(parameters, updated * training.optimizer().numbersPerParameter()));
    }

    private static List<Moment> passing(MemoryPlan plan) {
        if (plan.program() == Program.NOTEBOOK) {
            return AutogradMemory.moments(plan, new NotebookBlocks(plan));
        }
        Backend backend = plan.computes();
        if (backend != Backend.AUTOGRAD && !plan.model().isBookGpt()) {
            return HandwrittenDecoderMemory.moments(plan);
        }
        return switch (backend) {
            case HANDWRITTEN -> HandwrittenMemory.moments(plan);
            case CUDNN, FLASH -> GpuHandwrittenMemory.moments(plan);
            case AUTOGRAD -> AutogradMemory.moments(plan, new AutogradBlocks(plan));
        };
    }
}
