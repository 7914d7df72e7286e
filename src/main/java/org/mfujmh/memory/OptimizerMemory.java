package org.mfujmh.memory;

import java.util.List;
import java.util.Optional;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.TrainingStep;

/** What the optimizer takes besides its state, once the backward pass is over: {@code training.py}. */
final class OptimizerMemory {
    /** Gradients that are widened at a time for fp32 weights. */
    private static final long WIDENED = 33_554_432;

    private OptimizerMemory() {}

    /**
     * The moment of the update; empty for a pass without.
     *
     * @param passing the moments of forward and backward, in the order of time
     */
    static Optional<Moment> moment(MemoryPlan plan, List<Moment> passing) {
        TrainingStep step = plan.training();
        if (plan.pass() != MemoryPass.TRAIN_STEP || step.optimizer() == Optimizer.NONE) {
            return Optional.empty();
        }
        long parameters = plan.model().parameters();
        Program program = plan.program();
        long largest = ParameterLayout.of(plan.model(), program).parameters().stream()
                .mapToLong(Tensor::size)
                .max()
                .orElse(0);
        boolean masters = step.hasMasterWeights(plan.precision());
        long work = 0;
        if (masters && step.accumulation() == 1) { // sums of micro batches are fp32 already
            work += Math.min(parameters, Math.max(WIDENED, largest)) * Precision.FP32.bytes();
        }
        if (step.optimizer() == Optimizer.ADAMW_UNFUSED) { // the root of a parameter's second average
            work += largest * (masters ? Precision.FP32.bytes() : plan.narrow());
        }
        // Buffers of a handwritten program outlive the pass; what autograd saved is gone, but for the gradients.
        boolean buffered = plan.computes() != Backend.AUTOGRAD && program != Program.NOTEBOOK;
        Moment before = buffered
                ? new Moment("the optimizer", passing.get(passing.size() - 1).bytes())
                : Moment.named("the optimizer").plus(MemoryTerm.GRADIENTS, parameters * plan.narrow());
        return Optional.of(before.plus(MemoryTerm.WORKSPACE, work));
    }
}
