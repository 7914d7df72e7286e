package org.mfujmh.cli;

import java.util.concurrent.Callable;
import org.mfujmh.check.GpuCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu gpu-check}: what can go wrong between libtorch and a GPU. */
@Command(
        name = "gpu-check",
        mixinStandardHelpOptions = true,
        description = {
            "Looks, step by step, for what can go wrong between libtorch and a GPU: telemetry, the device that is really",
            "used, bf16, synchronisation, out of memory. In a checkout scripts/gpu-check looks at the driver first."
        },
        footer = {
            "",
            "Exit code 1: a step failed; 2: there is no such device.",
            "",
            "Examples:",
            "  ./mfu gpu-check --torch auto          cuda:0 by the PyTorch that is installed",
            "  ./mfu gpu-check cpu --model gpt-tiny  the steps that mean something on a CPU"
        })
final class GpuCheckCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DEVICE",
            arity = "0..1",
            description = "cuda:N, cpu or auto. Default: ${DEFAULT-VALUE}.",
            defaultValue = "cuda:0")
    private String device;

    @Option(names = "--model", paramLabel = "NAME", description = "Default: gpt-small, on a CPU gpt-tiny.")
    private String model;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        String name = model != null ? model : device.equals("cpu") ? "gpt-tiny" : "gpt-small";
        torch.prepare();
        return GpuCheck.run(device, ModelOptions.named(name), System.out);
    }
}
