package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Norm;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Rotary;
import org.mfujmh.model.RowProduct;
import org.mfujmh.model.Tensor;

/** The attributes of {@code decoder.py} for one model, from its description. */
final class DecoderAttributes {
    /** As the Transformers library draws matrices and embeddings: N(0, 0.02). */
    private static final double DEVIATION = 0.02;

    private final ModelSpec spec;
    private final Architecture model;
    private final Attention.Grouped attention;
    /** Distinct rotary positions, in the order of their first layer. */
    private final List<Rotary> rotary = new ArrayList<>();

    private DecoderAttributes(ModelSpec spec) {
        this.spec = spec;
        model = spec.config();
        model.whyNotRun().ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        attention = (Attention.Grouped) model.blocks().get(0).attention();
        for (Block block : model.blocks()) {
            Rotary positions = ((Attention.Grouped) block.attention()).rotary();
            if (positions.present() && !rotary.contains(positions)) {
                rotary.add(positions);
            }
        }
    }

    /**
     * The pickled object.
     *
     * @param dtype TorchScript's number for the precision
     * @param backend one that {@link Backend#candidates} names for a CPU
     * @param blockSize queries in a block of the handwritten attention
     * @throws IllegalArgumentException if the program cannot compute the model
     */
    static byte[] of(ModelSpec spec, int dtype, Backend backend, int blockSize) {
        return new DecoderAttributes(spec).pickle(dtype, backend, blockSize);
    }

    private byte[] pickle(int dtype, Backend backend, int blockSize) {
        List<Tensor> tensors = ParameterLayout.of(model, Program.FUSED).parameters();
        Block block = model.blocks().get(0);
        return new AttributePickle()
                .object("__torch__", "Decoder")
                .flag("training", true)
                .number("layers", model.layers())
                .number("heads", attention.heads())
                .number("kv_heads", attention.keyValueHeads())
                .number("head_width", attention.headWidth())
                .number("vocabulary", model.vocabulary())
                .number("dtype", dtype)
                .flag("upcast", spec.gemm() == Gemm.UPCAST)
                .flag("cross_entropy", spec.loss() == Loss.CROSS_ENTROPY)
                .numberLists(
                        "shapes",
                        tensors.stream()
                                .map(tensor -> tensor.shape().stream()
                                        .map(Math::toIntExact)
                                        .toList())
                                .toList())
                .reals("deviations", tensors.stream().map(this::deviation).toList())
                .reals("constants", tensors.stream().map(this::constant).toList())
                .flag("learned_positions", model.learnedPositions())
                .real("embedding_scale", model.embeddingScale())
                .flag("tied", model.tiedHead())
                .word("norm_kind", block.norm().formula())
                .real("epsilon", block.norm().epsilon())
                .flag("norm_before", block.placement().before())
                .flag("norm_after", block.placement().after())
                .flag("qkv_bias", attention.queryKeyValueBias())
                .flag("out_bias", attention.outputBias())
                .flag("mlp_bias", mlp(block.feedForward()).bias())
                .word("qk_norm", attention.queryKeyNorm())
                .real("score_scale", attention.scoreScale())
                .real("logit_softcap", model.logitSoftcap())
                .flag("gated", mlp(block.feedForward()).gated())
                .word("activation", mlp(block.feedForward()).activation())
                .numbers(
                        "windows",
                        model.blocks().stream()
                                .map(one -> one.attention().window())
                                .toList())
                .numbers("rotary", model.blocks().stream().map(this::rotaryOf).toList())
                .numbers(
                        "experts",
                        model.blocks().stream()
                                .map(one -> experts(one.feedForward()))
                                .toList())
                .realLists("frequencies", frequencies(0))
                .realLists("long_frequencies", frequencies(model.context()))
                .numbers(
                        "original_contexts",
                        rotary.stream()
                                .map(positions -> positions.scaling().originalContext())
                                .toList())
                .reals(
                        "rotary_factors",
                        rotary.stream()
                                .map(positions -> positions.scaling().attentionFactor())
                                .toList())
                .number("used", used())
                .flag("normalised", normalised())
                .noTensors("results")
                .noTensors("cosines")
                .noTensors("sines")
                .noTraining()
                .flag("by_hand", backend != Backend.AUTOGRAD)
                .flag("flash", backend == Backend.FLASH)
                .number("block_size", blockSize)
                .number("chunk", widestProduct(tensors))
                .noNamedTensors("workspace")
                .noNamedTensors("aliased")
                .noTensors("gradients")
                .word("row_product", RowProduct.MATRIX)
                .number("bag_batch", 1)
                .number("bag_threads", 0)
                .noTensorLists("bags")
                .flag("caching", false)
                .number("sequence", 0)
                .number("position", 0)
                .number("free_slots", 0)
                .noTensors("cache")
                .noTensors("new_slots")
                .noTensors("turns")
                .noTensors("next_ids")
                .noTensors("weights")
                .noTensors("doubled")
                .noTensors("signs")
                .end();
    }

    /** The most rows of a matrix within a block: of so many words the head is multiplied at a time. */
    private static int widestProduct(List<Tensor> tensors) {
        return Math.toIntExact(tensors.stream()
                .filter(tensor -> tensor.role() == Tensor.Role.MATRIX)
                .mapToLong(tensor -> tensor.shape().get(tensor.shape().size() - 2))
                .max()
                .orElseThrow());
    }

    private double deviation(Tensor tensor) {
        return switch (tensor.role()) {
            case TOKEN_EMBEDDING, POSITION_EMBEDDING, MATRIX, HEAD -> DEVIATION;
            case BIAS, NORM_SCALE, NORM_SHIFT, SINK -> 0;
        };
    }

    private double constant(Tensor tensor) {
        boolean one =
                tensor.role() == Tensor.Role.NORM_SCALE && model.finalNorm().formula() != Norm.Formula.RMS_PLUS_ONE;
        return one ? 1 : 0;
    }

    private int rotaryOf(Block block) {
        return rotary.indexOf(((Attention.Grouped) block.attention()).rotary());
    }

    private static FeedForward.Mlp mlp(FeedForward feedForward) {
        return feedForward instanceof FeedForward.Experts experts ? experts.expert() : (FeedForward.Mlp) feedForward;
    }

    private static int experts(FeedForward feedForward) {
        return feedForward instanceof FeedForward.Experts experts ? experts.count() : 0;
    }

    private int used() {
        return model.blocks().stream()
                .mapToInt(block -> block.feedForward() instanceof FeedForward.Experts experts ? experts.used() : 0)
                .max()
                .orElse(0);
    }

    private boolean normalised() {
        return model.blocks().stream()
                .anyMatch(block -> block.feedForward() instanceof FeedForward.Experts experts
                        && experts.routing() != FeedForward.Routing.SOFTMAX);
    }

    /** Of each kind of positions, in a pass over so many tokens. */
    private List<List<Double>> frequencies(int tokens) {
        return rotary.stream()
                .map(positions ->
                        Arrays.stream(positions.frequencies(tokens)).boxed().toList())
                .toList();
    }
}
