package org.mfujmh.engine;

/** The program that is written out for GPUs, on a CPU with a CPU's attention. */
public final class HandwrittenGpu {
    private HandwrittenGpu() {}

    /** A model whose weights are not drawn yet. */
    public static GptModel onCpu(ModelSpec spec) {
        return GptModel.load(spec, "cpu", TorchScriptArchive.gpu(spec, "gpu_kernels_cpu.py"));
    }
}
