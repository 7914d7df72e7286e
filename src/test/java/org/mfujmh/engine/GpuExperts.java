package org.mfujmh.engine;

import java.nio.charset.StandardCharsets;

/** A decoding step on a CPU that multiplies its experts as on a GPU: each token by copies of its experts' matrices. */
public final class GpuExperts {
    private static final String ON_A_CPU = "    if not x.is_cuda:\n      y, o = self.mixture(";

    private GpuExperts() {}

    /** The model; it has no weights yet. */
    public static GptModel load(ModelSpec spec) {
        return GptModel.load(spec, "cpu", archive(spec));
    }

    static byte[] archive(ModelSpec spec) {
        String source = new String(TorchScriptArchive.decodingSource(), StandardCharsets.UTF_8);
        if (!source.contains(ON_A_CPU)) {
            throw new AssertionError("decode.py does not choose its experts' products by the device any more");
        }
        String asIfOnGpu = source.replace(ON_A_CPU, ON_A_CPU.replace("not x", "x"));
        return TorchScriptArchive.autograd(spec, asIfOnGpu.getBytes(StandardCharsets.UTF_8));
    }
}
