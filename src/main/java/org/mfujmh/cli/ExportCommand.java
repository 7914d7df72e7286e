package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.ModelExport;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu export} writes the program and the numbers of one pass, so that others can check them. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the measured program as a TorchScript archive, with the numbers of one pass for a small model.",
            "The numbers are weights, token ids, logits, loss and all gradients, as safetensors.",
            "scripts/check_export.py compares them with an independent GPT in PyTorch."
        },
        footer = {
            "",
            "Files: gpt.pt, weights.safetensors, pass.safetensors, gradients.safetensors.",
            "docs/export.md lists their contents.",
            "",
            "Examples:",
            "  Check the measured program independently:",
            "    ./mfu export target/export && python3 scripts/check_export.py target/export",
            "  The book's program in fp32:",
            "    ./mfu export target/book --program notebook --dtype fp32"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder to write to; it is created if missing.")
    private Path folder;

    @Option(names = "--model", paramLabel = "NAME", description = "gpt-tiny, gpt-small, ... Default: gpt-tiny.")
    private String model = "gpt-tiny";

    @Option(names = "--program", paramLabel = "P", description = "fused or notebook. Default: fused.")
    private String program = "fused";

    @Option(names = "--dtype", paramLabel = "D", description = "bf16, fp16 or fp32. Default: bf16.")
    private String dtype = "bf16";

    @Option(names = "--gemm", paramLabel = "G", description = "auto (measures both), native or upcast. Default: auto.")
    private String gemm = "auto";

    @Option(names = "--loss", paramLabel = "L", description = "sum or cross_entropy. Default: sum.")
    private String loss = "sum";

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: 2.")
    private int batch = 2;

    @Option(names = "--seq", paramLabel = "T", description = "Tokens per sequence. Default: 20.")
    private int tokens = 20;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        Architecture config = ModelOptions.named(model);
        if (batch < 1 || tokens < 1 || tokens > config.context()) {
            throw new BadInput("A pass of " + batch + " x " + tokens + " tokens is not possible: " + config.name()
                    + " takes 1 or more sequences of 1 to " + config.context() + " tokens (--batch, --seq).");
        }
        torch.prepare();
        Precision precision = Precision.of(dtype);
        Gemm way = Gemm.of(gemm);
        ModelSpec spec = new ModelSpec(
                config,
                Program.of(program),
                precision,
                way == Gemm.AUTO
                        ? GemmChoice.measure(config, precision, "cpu", batch * tokens)
                                .gemm()
                        : way,
                Loss.of(loss));
        ModelExport export = new ModelExport(spec);
        List<Path> written = export.write(folder, batch, tokens);
        written.forEach(System.out::println);
        if (!export.hasNumbers()) {
            System.err.println("mfu export: " + config.name() + " has more than " + ModelExport.MOST_PARAMETERS
                    + " parameters, so the numbers of a pass were not written. The program is the same for every "
                    + "model size.");
        }
        return 0;
    }
}
