package org.mfujmh.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Pass;
import org.mfujmh.search.MeasuredMemory;
import org.mfujmh.search.MeasuredMemory.MeasuredPass;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.ProbedPass;

/** Measures predicted passes, one after the other, as far as they fit. */
final class PassMeasurements {
    private PassMeasurements() {}

    /** What each takes; those that cannot fit by their prediction are not begun. */
    static Map<MemoryEstimate, MeasuredPass> of(List<MemoryEstimate> estimates) {
        String where = estimates.get(0).plan().gpu() ? "cuda:0" : "cpu";
        Optional<MemoryLimit> limit = limit(where);
        Map<MemoryEstimate, MeasuredPass> measured = new LinkedHashMap<>();
        Optional<MeasuredMemory> memory = Optional.empty();
        for (MemoryEstimate estimate : estimates) {
            MemoryPlan plan = estimate.plan();
            Optional<String> tooLarge = limit.flatMap(most -> tooLarge(estimate, most.bytes()));
            if (tooLarge.isPresent()) {
                measured.put(estimate, MeasuredPass.not(tooLarge.get()));
                continue;
            }
            if (memory.isEmpty()) {
                System.err.println("Measuring the process without a model ...");
                memory = Optional.of(MeasuredMemory.on(where, limit));
            }
            System.err.printf(
                    "[%d/%d] %s of %s ...%n",
                    measured.size() + 1,
                    estimates.size(),
                    plan.pass().title(),
                    plan.model().name());
            measured.put(estimate, memory.get().of(probed(plan, where), plan.sequences()));
        }
        return measured;
    }

    /** What passes are kept within; empty where the memory of the device is not known. */
    private static Optional<MemoryLimit> limit(String where) {
        Machine machine = Machine.detect();
        if (where.equals("cpu")) {
            return Optional.of(MemoryLimit.onCpu(machine.cpu(), Optional.empty()));
        }
        return machine.deviceNamed(where) instanceof Gpu gpu
                        && !gpu.mig()
                        && gpu.memoryMib().isPresent()
                ? Optional.of(MemoryLimit.onGpu(gpu, Optional.empty()))
                : Optional.empty();
    }

    /** Why a pass is not begun; a smaller batch is advised where that helps. */
    private static Optional<String> tooLarge(MemoryEstimate estimate, long available) {
        if (estimate.total() <= available) {
            return Optional.empty();
        }
        MemoryPlan plan = estimate.plan();
        long least = MemoryEstimate.leastBytes(
                MemoryPlan.of(plan.model(), plan.pass(), 1, 1, plan.precision(), Optional.of(plan.gemm()))
                        .with(plan.training()));
        return Optional.of("predicted " + MemorySize.inWords(estimate.total()) + " of "
                + MemorySize.inWords(available) + " available; "
                + (least <= available
                        ? "choose a smaller --batch or --seq"
                        : "what any batch takes, weights first, is " + MemorySize.inWords(least)
                                + ": choose a smaller model or more memory"));
    }

    /** A cache that can hold T tokens has T - 1 of them before the step. */
    private static ProbedPass probed(MemoryPlan plan, String where) {
        ModelSpec spec = new ModelSpec(plan.model(), plan.program(), plan.precision(), plan.gemm(), plan.loss());
        return switch (plan.pass()) {
            case FORWARD -> new ProbedPass(spec, Pass.FORWARD, plan.tokens(), where);
            case PREFILL -> new ProbedPass(spec, Pass.PREFILL, plan.tokens(), where);
            case FORWARD_BACKWARD -> new ProbedPass(spec, Pass.FORWARD_BACKWARD, plan.tokens(), where);
            case TRAIN_STEP ->
                new ProbedPass(spec, Pass.FORWARD_BACKWARD, Optional.of(plan.training()), plan.tokens(), where);
            case DECODE -> new ProbedPass(spec, Pass.DECODE, Math.max(1, plan.tokens() - 1), where);
        };
    }
}
