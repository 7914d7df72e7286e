package org.mfujmh.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import java.util.EnumMap;
import java.util.Map;
import org.mfujmh.device.memory.Malloc;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/**
 * The linear layers of GPT-2's handwritten forward pass in 16 bits, with the GELU or residual addition that follows, and
 * of a decoding step in any precision; each result is a new tensor. {@code gpt.py} and {@code decode.py} are compiled
 * against one of the two texts.
 */
public enum LinearKernels {
    /** What follows a product is done before the product leaves the cache. */
    ONEDNN("products_onednn.py"),
    /** One operation after another, which any libtorch has. */
    PLAIN("products_plain.py");

    private static final Map<Precision, LinearKernels> TRIED = new EnumMap<>(Precision.class);

    private final String name;

    LinearKernels(String name) {
        this.name = name;
    }

    /** The text, as it stands in the jar. */
    byte[] source() {
        return TorchScriptArchive.resource(name);
    }

    /** The text that a model is compiled against: {@link #here}'s if the handwritten backend multiplies in 16 bits. */
    public static LinearKernels of(ModelSpec spec) {
        boolean byHandIn16Bits = spec.config().isBookGpt()
                && spec.program() == Program.FUSED
                && spec.gemm() == Gemm.NATIVE
                && spec.precision() != Precision.FP32;
        return byHandIn16Bits ? here(spec.precision()) : PLAIN;
    }

    /**
     * What runs in this process, found by trying, once a precision: oneDNN's, unless this libtorch was built without
     * it, it refuses the precision on this CPU, or fresh memory costs more here than is gained. From then on this
     * process keeps what is freed.
     */
    static synchronized LinearKernels here(Precision precision) {
        return TRIED.computeIfAbsent(precision, p -> Malloc.keepFreed() && run(p, ONEDNN.source()) ? ONEDNN : PLAIN);
    }

    /** Whether a text with these functions compiles and runs on this CPU. */
    static boolean run(Precision precision, byte[] source) {
        ModelSpec spec = new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, precision, Gemm.NATIVE, Loss.SUM);
        try (LanguageModel model = LanguageModel.load(spec, "cpu", TorchScriptArchive.plainWith(spec, source))) {
            model.call("products_work", new NDList(model.place())).close();
            return true;
        } catch (EngineException missing) {
            return false;
        }
    }
}
