package org.mfujmh.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.report.text.MemoryReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu memory} predicts the bytes of a pass, by what they are for. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = {
            "Predicts the memory of a pass: weights, gradients, optimizer state, activations, logits, KV cache.",
            "Nothing is run: the bytes follow from the model's sizes and from what the program keeps."
        },
        footer = {
            "",
            "Examples:",
            "  All passes of a model, one sequence:",
            "    ./mfu memory --model llama-3.2-1b",
            "  What a training step takes, with fp32 weights and activations computed again:",
            "    ./mfu memory --model gpt-xl --pass train-step --batch 8 --weights fp32 --checkpoint block",
            "  A cache of 32 sequences of 8192 tokens, of a model of your own:",
            "    ./mfu memory --config path/to/model --pass decode --batch 32 --seq 8192",
            "",
            "On a CPU the process itself takes about 0.25 GiB more. See docs/guide/memory.md."
        })
final class MemoryCommand implements Callable<Integer> {
    private static final int NOTEBOOK_TOKENS = 1024;

    @Mixin
    private ModelOptions modelOptions;

    @Option(
            names = "--pass",
            paramLabel = "P",
            split = ",",
            description =
                    "forward, prefill (logits of each sequence's last token alone), forward-backward, train-step or decode; several by commas. Default: all.")
    private List<String> passes = List.of();

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--seq",
            paramLabel = "T",
            description =
                    "Tokens per sequence; decode: tokens that the cache holds. Default: 1024, or the model's context if that is shorter.")
    private Integer tokens;

    @Option(names = "--dtype", paramLabel = "D", description = "bf16, fp16 or fp32. Default: ${DEFAULT-VALUE}.")
    private String dtype = PassParams.DEFAULT_DTYPE;

    @Option(names = "--program", paramLabel = "P", description = "fused or notebook. Default: ${DEFAULT-VALUE}.")
    private String program = PassParams.DEFAULT_PROGRAM;

    @Option(
            names = "--backend",
            paramLabel = "B",
            description =
                    "hand, hand-cudnn, hand-flash or plain (autograd). Default: the first that the model has on this --device.")
    private String backend;

    @Option(names = "--gemm", paramLabel = "G", description = "native or upcast. Default: native.")
    private String gemm = Gemm.NATIVE.label();

    @Option(
            names = "--loss",
            paramLabel = "L",
            description = "sum or cross_entropy. Default: sum; train-step: cross_entropy.")
    private String loss;

    @Option(names = "--device", paramLabel = "D", description = "cpu or cuda. Default: ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Mixin
    private TrainingStepOptions training;

    @Option(names = "--format", paramLabel = "F", description = "text, markdown, json or csv. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        TrainingStep step = TrainingStep.of(training.params());
        boolean gpu = chosen("--device", device, "cpu", "cuda");
        List<MemoryPass> asked = passes.isEmpty()
                ? List.of(MemoryPass.values())
                : passes.stream().map(MemoryPass::of).toList();
        List<MemoryEstimate> estimates = modelOptions.models().stream()
                .flatMap(model -> asked.stream().map(pass -> MemoryEstimate.of(plan(model, pass, gpu, step))))
                .toList();
        System.out.print(new MemoryReport(estimates).render(format));
        return 0;
    }

    private MemoryPlan plan(Architecture model, MemoryPass pass, boolean gpu, TrainingStep step) {
        Precision precision = Precision.of(dtype);
        Program how = Program.of(program);
        Gemm way = Gemm.of(gemm);
        Loss start = loss != null ? Loss.of(loss) : pass == MemoryPass.TRAIN_STEP ? Loss.CROSS_ENTROPY : Loss.SUM;
        return new MemoryPlan(
                model,
                pass,
                batch,
                tokens == null ? Math.min(NOTEBOOK_TOKENS, model.context()) : tokens,
                precision,
                how,
                way,
                start,
                backend(model, how, precision, way, gpu),
                gpu,
                step);
    }

    private Backend backend(Architecture model, Program how, Precision precision, Gemm way, boolean gpu) {
        if (backend == null) {
            return MemoryPlan.usualBackend(model, how, precision, way, gpu);
        }
        Backend asked = Backend.of(backend);
        List<Backend> possible = Backend.candidates(model, how, precision, way, gpu ? "cuda:0" : "cpu");
        if (!possible.contains(asked)) {
            throw new BadInput("--backend " + backend + " is not one of " + model.name() + " in " + how.label() + ", "
                    + precision.label() + ", " + way.label() + " on " + device + ", which are "
                    + String.join(", ", possible.stream().map(Backend::label).toList()) + ".");
        }
        return asked;
    }

    /** Whether the second of two words was chosen. */
    private static boolean chosen(String option, String word, String first, String second) {
        if (word.equals(second)) {
            return true;
        }
        if (word.equals(first)) {
            return false;
        }
        throw DidYouMean.noSuch(option, word, List.of(first, second));
    }
}
