package org.mfujmh.suite.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.mfujmh.BadInput;
import org.mfujmh.device.Device;
import org.mfujmh.device.cpu.HostCpu;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Precision;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.search.MemorySize;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.SuitePlan;

/**
 * Refuses a model before its weights are drawn if weights, and the pass's gradients and optimizer state, are predicted
 * to exceed the device's memory.
 */
public final class ModelMemory {
    private ModelMemory() {}

    /**
     * Whether it is known without libtorch that passes run on the CPU: one was asked for, or there is no GPU. An
     * installed PyTorch may have one that nvidia-smi does not list, as in a container without it.
     *
     * @param device as asked for, perhaps {@code auto}
     */
    public static boolean isOfTheHost(String device, Machine machine) {
        boolean none = machine.gpus().gpus().isEmpty() && !TorchInUse.isInstalled();
        return device.equals("cpu") || (device.equals(PassParams.AUTO) && none);
    }

    /**
     * The plan without combinations that cannot fit into the device's memory.
     *
     * @param refused receives each combination that is left out, with the reason
     * @throws BadInput if nothing fits
     */
    public static SuitePlan fitting(SuitePlan plan, Device device, Map<Combination, String> refused) {
        List<Combination> fitting = new ArrayList<>();
        for (Combination one : plan.combinations()) {
            Optional<String> why = refusal(one, device);
            why.ifPresentOrElse(sentence -> refused.put(one, sentence), () -> fitting.add(one));
        }
        if (fitting.isEmpty()) {
            throw new BadInput(refused.get(plan.combinations().get(0)));
        }
        return fitting.size() == plan.combinations().size() ? plan : plan.with(fitting);
    }

    /**
     * Why a combination cannot run on this device, in a sentence; empty if it may, or the device's memory is
     * unknown.
     */
    private static Optional<String> refusal(Combination one, Device device) {
        OptionalLong has = bytesOf(device);
        if (has.isEmpty() || !one.isPass()) {
            return Optional.empty();
        }
        PassId pass = one.passId().orElseThrow();
        return refusal(
                Models.named(one.passParams().model()),
                pass == PassId.FORWARD_RECORDING ? MemoryPass.FORWARD : MemoryPass.of(pass.label()),
                one.trainingStep(),
                Precision.of(one.passParams().dtype()),
                has.getAsLong(),
                device instanceof Gpu ? device.name() : "available on this machine now");
    }

    /**
     * @param step of a training step, how it is done
     * @param limitBytes what the pass may take
     * @param whose e.g. a GPU's name
     * @throws BadInput if its weights alone take more
     */
    static void require(
            Architecture model,
            MemoryPass pass,
            Optional<TrainingStep> step,
            Precision precision,
            long limitBytes,
            String whose) {
        refusal(model, pass, step, precision, limitBytes, whose).ifPresent(why -> {
            throw new BadInput(why);
        });
    }

    private static Optional<String> refusal(
            Architecture model,
            MemoryPass pass,
            Optional<TrainingStep> step,
            Precision precision,
            long limitBytes,
            String whose) {
        MemoryPlan plan =
                MemoryPlan.of(model, pass, 1, 1, precision, Optional.empty()).with(step.orElse(TrainingStep.DEFAULT));
        long least = MemoryEstimate.leastBytes(plan);
        if (least <= limitBytes) {
            return Optional.empty();
        }
        return Optional.of("%s needs at least %s for its %s in %s (%s), and there are %s (%s). %s"
                .formatted(
                        model.name(),
                        MemorySize.inWords(least),
                        plan.pass() == MemoryPass.TRAIN_STEP
                                ? "weights, gradients and optimizer state"
                                : plan.pass() == MemoryPass.FORWARD_BACKWARD ? "weights and gradients" : "weights",
                        precision.label(),
                        pass.title(),
                        MemorySize.inWords(limitBytes),
                        whose,
                        precision == Precision.FP32
                                ? "Choose a smaller model, or 16 bits; ./mfu memory shows what a pass takes."
                                : "Choose a smaller model; ./mfu memory shows what a pass takes."));
    }

    private static OptionalLong bytesOf(Device device) {
        if (device instanceof HostCpu cpu) {
            return OptionalLong.of(cpu.memoryAvailableBytes());
        }
        return device instanceof Gpu gpu && !gpu.mig() && gpu.memoryMib().isPresent()
                ? OptionalLong.of((long) gpu.memoryMib().getAsInt() << 20)
                : OptionalLong.empty();
    }
}
