package org.mfujmh.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.ModelExport;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mfu export} writes the program and the numbers of one pass, so that others can check them. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the measured program and, for a small model, the numbers of one pass, for others to check.",
            "The program is a TorchScript archive; token ids, weights, logits, loss and every gradient are safetensors. "
                    + "scripts/check_export.py compares them with an independent GPT in PyTorch, and scripts/check_export_hub.py, "
                    + "for --config, with the Transformers library's class of that model_type."
        },
        footer = {
            "",
            "Files: gpt.pt, weights.safetensors, pass.safetensors, gradients.safetensors.",
            "docs/internals/numerics.md lists their contents.",
            "",
            "Examples:",
            "  Check the measured program independently:",
            "    ./mfu export target/export",
            "    python3 scripts/check_export.py target/export",
            "  The book's program in fp32, with the loss that training uses:",
            "    ./mfu export target/book --program notebook --dtype fp32 \\",
            "      --loss cross_entropy",
            "  A model of your own against the Transformers library:",
            "    ./mfu export target/mine --config mine/config.json",
            "    python3 scripts/check_export_hub.py target/mine"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder to write to; it is created if missing.")
    private Path folder;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "A model's name (./mfu models lists them), or the path of a config.json or its folder. Default: gpt-tiny.")
    private String model;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A config.json, or its folder, instead of --model; the tensors then have the names and shapes of the "
                            + "Transformers library's state_dict.")
    private String config;

    @Mixin
    private ProgramOptions programOptions;

    @Option(
            names = "--gemm",
            paramLabel = "G",
            completionCandidates = HelpLists.Gemms.class,
            description =
                    "${COMPLETION-CANDIDATES}; auto measures the others and takes the faster. Default: ${DEFAULT-VALUE}.")
    private String gemm = "auto";

    @Option(
            names = "--loss",
            paramLabel = "L",
            completionCandidates = HelpLists.Losses.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String loss = "sum";

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 2;

    @Option(names = "--seq", paramLabel = "T", description = "Tokens per sequence. Default: ${DEFAULT-VALUE}.")
    private int tokens = 20;

    @Mixin
    private TorchOption torch;

    @Override
    public Integer call() {
        if (model != null && config != null) {
            throw new BadInput("Name a model by --model or give its --config, not both.");
        }
        Architecture described = config == null
                ? ModelOptions.named(model == null ? "gpt-tiny" : model)
                : Models.ofFile(config).architecture();
        described.whyNotRun().ifPresent(why -> {
            throw new BadInput(why);
        });
        Program how = programOptions.program();
        if (how == Program.NOTEBOOK && !described.isBookGpt()) {
            throw new BadInput("The notebook's program is the book's GPT, and " + described.name()
                    + " is not: leave out --program.");
        }
        if (batch < 1 || tokens < 1 || tokens > described.context()) {
            throw new BadInput("A pass of " + batch + " x " + tokens + " tokens was requested; " + described.name()
                    + " takes 1 or more sequences of 1 to " + described.context() + " tokens (--batch, --seq).");
        }
        torch.prepare();
        Precision precision = programOptions.precision();
        Gemm way = Gemm.of(gemm);
        ModelSpec spec = new ModelSpec(
                described,
                how,
                precision,
                way == Gemm.AUTO
                        ? GemmChoice.measure(described, precision, "cpu", batch * tokens)
                                .gemm()
                        : way,
                Loss.of(loss));
        ModelExport export =
                config == null ? new ModelExport(spec) : ModelExport.forHub(spec, bytes(Models.file(config)));
        List<Path> written = export.write(folder, batch, tokens);
        written.forEach(System.out::println);
        if (!export.hasNumbers()) {
            System.err.println("mfu export: " + described.name() + " has more than " + ModelExport.MOST_PARAMETERS
                    + " parameters, so its numbers were left out; the program is the same for every size.");
        }
        return ExitCode.OK;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
