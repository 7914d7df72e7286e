package org.mfujmh.cli;

import java.util.concurrent.Callable;
import org.mfujmh.check.GpuCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu gpu-check} tests libtorch on a GPU step by step. */
@Command(
        name = "gpu-check",
        mixinStandardHelpOptions = true,
        description = {
            "Tests step by step whether libtorch works correctly on a GPU.",
            "The steps cover telemetry, the device "
                    + "that is really used, bf16, synchronisation and running out of memory. In a checkout, "
                    + "scripts/gpu-check checks the driver first."
        },
        footer = {
            "",
            "Exit codes: 1 a step failed; 2 there is no such device.",
            "",
            "Examples:",
            "  ./mfu gpu-check --torch auto            # cuda:0 with the installed PyTorch",
            "  ./mfu gpu-check cpu --model gpt-tiny    # the steps that apply to a CPU"
        })
final class GpuCheckCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DEVICE",
            arity = "0..1",
            description = "cuda:N, cpu or auto. Default: ${DEFAULT-VALUE}.",
            defaultValue = "cuda:0")
    private String device;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model to check with. Default: gpt-small; gpt-tiny on a CPU.")
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
