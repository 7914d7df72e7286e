package org.mfujmh.engine;

import java.nio.charset.StandardCharsets;

/** Decoding on a CPU along the paths of a GPU: every question whether a tensor lies on one is answered yes. */
public final class AsOnGpu {
    private AsOnGpu() {}

    /** The model; it has no weights yet. */
    public static LanguageModel load(ModelSpec spec) {
        String source = new String(TorchScriptArchive.decodingSource(), StandardCharsets.UTF_8);
        if (!source.contains("if not x.is_cuda:\n      y, o = self.mixture(")) {
            throw new AssertionError("decode.py does not choose its experts' products by the device any more");
        }
        byte[] onGpu = source.replace(".is_cuda", ".is_cpu").getBytes(StandardCharsets.UTF_8);
        return LanguageModel.load(spec, "cpu", TorchScriptArchive.autograd(spec, onGpu));
    }
}
