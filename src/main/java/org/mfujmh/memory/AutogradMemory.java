package org.mfujmh.memory;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Block;
import org.mfujmh.model.Loss;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * The moments of a pass by autograd. Activations grow block by block; on the way back each block's are freed as its
 * gradients come, so that the peak is at the loss, at the head, or wherever gradients begin to outweigh activations.
 */
final class AutogradMemory {
    private static final long FP32 = 4;

    private final MemoryPlan plan;
    private final BlockMemory blocks;
    private final Architecture model;
    private final long tokens;

    private AutogradMemory(MemoryPlan plan, BlockMemory blocks) {
        this.plan = plan;
        this.blocks = blocks;
        model = plan.model();
        tokens = plan.batchTokens();
    }

    static List<Moment> moments(MemoryPlan plan, BlockMemory blocks) {
        AutogradMemory memory = new AutogradMemory(plan, blocks);
        return plan.pass().hasBackward() ? memory.backward() : memory.forward();
    }

    private List<Moment> forward() {
        long most = model.distinctBlocks().keySet().stream()
                .mapToLong(blocks::inForward)
                .max()
                .orElse(0);
        long headInput = Math.multiplyExact(tokens, 2L * model.width() * plan.narrow());
        return List.of(
                Moment.named("a block").plus(MemoryTerm.WORKSPACE, most),
                Moment.named("the head")
                        .plus(MemoryTerm.LOGITS, logits(plan.narrow() + (plan.upcast() ? FP32 : 0)))
                        .plus(MemoryTerm.WORKSPACE, headInput + widenedHead()));
    }

    private List<Moment> backward() {
        List<Block> order = model.blocks();
        long kept = blocks.savedByHead();
        for (Block block : order) {
            kept = Math.addExact(kept, savedBy(block));
        }
        List<Moment> moments = new ArrayList<>();
        moments.add(Moment.named("the loss")
                .plus(MemoryTerm.ACTIVATIONS, kept)
                .plus(MemoryTerm.LOGITS, logits(lossNumbers())));
        long gradients = Math.multiplyExact(vocabularyMatrix(), plan.narrow());
        moments.add(Moment.named("backward of the head")
                .plus(MemoryTerm.ACTIVATIONS, kept)
                .plus(MemoryTerm.LOGITS, logits(plan.narrow() + (plan.upcast() ? FP32 : 0)))
                .plus(MemoryTerm.GRADIENTS, gradients)
                .plus(
                        MemoryTerm.WORKSPACE,
                        widenedHead() + Math.multiplyExact(tokens, (long) model.width() * plan.wide())));
        kept -= blocks.savedByHead();
        for (int i = order.size() - 1; i >= 0; i--) {
            Block block = order.get(i);
            long again = plan.checkpointed() ? blocks.saved(block) : 0;
            gradients = Math.addExact(gradients, Math.multiplyExact(numbersOf(block), plan.narrow()));
            moments.add(Moment.named("backward of block " + (i + 1))
                    .plus(MemoryTerm.ACTIVATIONS, Math.addExact(kept, again))
                    .plus(MemoryTerm.GRADIENTS, gradients)
                    .plus(MemoryTerm.WORKSPACE, blocks.inBackward(block)));
            kept -= savedBy(block);
        }
        // A tied head's gradient, the embedding's and their sum are three matrices.
        long others = model.tiedHead() ? Math.multiplyExact(vocabularyMatrix(), 2L * plan.narrow()) : 0;
        moments.add(Moment.named("backward of the embedding")
                .plus(MemoryTerm.GRADIENTS, Math.multiplyExact(model.parameters(), plan.narrow()))
                .plus(MemoryTerm.WORKSPACE, others + Math.multiplyExact(tokens, (long) model.width() * plan.narrow())));
        return moments;
    }

    /** With checkpoints a block's input alone outlives its forward pass. */
    private long savedBy(Block block) {
        return plan.checkpointed()
                ? Math.multiplyExact(tokens, (long) model.width() * plan.narrow())
                : blocks.saved(block);
    }

    /**
     * Bytes a logit at the loss. Their sum in fp32 widens 16-bit ones. Cross-entropy widens, keeps the logarithms of the
     * probabilities, and going back has their gradient and that of the logits besides: three fp32 numbers.
     */
    private long lossNumbers() {
        if (plan.loss() == Loss.CROSS_ENTROPY) {
            return 3 * FP32;
        }
        return plan.narrow() == FP32 ? FP32 : plan.narrow() + FP32;
    }

    private long logits(long bytesOfOne) {
        return Math.multiplyExact(Math.multiplyExact(plan.headTokens(), (long) model.vocabulary()), bytesOfOne);
    }

    private long vocabularyMatrix() {
        return Math.multiplyExact((long) model.vocabulary(), (long) model.width());
    }

    private long widenedHead() {
        return plan.upcast() ? Math.multiplyExact(vocabularyMatrix(), FP32) : 0;
    }

    private long numbersOf(Block block) {
        String prefix = "blocks." + model.blocks().indexOf(block) + ".";
        return ParameterLayout.distinct(model, Program.FUSED).keySet().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .mapToLong(Tensor::size)
                .reduce(0, Math::addExact);
    }
}
