package org.mfujmh.engine;

/** The program that is written out for GPUs, on a CPU with a CPU's attention. */
public final class HandwrittenGpu {
    private HandwrittenGpu() {}

    /** A model whose weights are not drawn yet. */
    public static LanguageModel onCpu(ModelSpec spec) {
        return LanguageModel.load(spec, "cpu", TorchScriptArchive.gpu(spec, "gpu_kernels_cpu.py"));
    }
}
