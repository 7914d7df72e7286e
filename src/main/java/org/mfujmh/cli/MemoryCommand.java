package org.mfujmh.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.ExitCode;
import org.mfujmh.device.machine.Machine;
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
import org.mfujmh.search.MeasuredMemory.MeasuredPass;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu memory} predicts the bytes of a pass, by what they are for. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = {
            "Predicts the memory of a pass: weights, gradients, optimizer state, activations, logits, KV cache.",
            "Nothing is run without --measure: the bytes follow from the model's sizes and from what the program saves."
        },
        footer = {
            "",
            "Examples:",
            "  All passes of a model, one sequence:",
            "    ./mfu memory --model llama-3.2-1b",
            "  A training step with fp32 weights and recomputed activations:",
            "    ./mfu memory --model gpt-xl --pass train-step --batch 8 --weights fp32 \\",
            "      --checkpoint block",
            "  Predicted and measured side by side, and the same on a GPU:",
            "    ./mfu memory --model gpt-small --measure",
            "    ./mfu memory --model gpt-small --measure --device cuda --torch auto",
            "  Your own model with a KV cache of 32 sequences of 8192 tokens:",
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
            completionCandidates = HelpLists.MemoryPasses.class,
            description = "${COMPLETION-CANDIDATES}, or several, separated by commas. Default: all.")
    private List<String> passes = List.of();

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--seq",
            paramLabel = "T",
            description =
                    "Tokens per sequence; for decode, tokens that the KV cache holds, the new one included. Default: 1024, or the model's context if that is "
                            + "shorter.")
    private Integer tokens;

    @Mixin
    private ProgramOptions programOptions;

    @Option(
            names = "--backend",
            paramLabel = "B",
            completionCandidates = HelpLists.Backends.class,
            description =
                    "${COMPLETION-CANDIDATES}: handwritten, or plain for autograd. Default: the first that can run the "
                            + "model on this --device.")
    private String backend;

    @Option(
            names = "--gemm",
            paramLabel = "G",
            completionCandidates = HelpLists.FixedGemms.class,
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private String gemm = Gemm.NATIVE.label();

    @Option(
            names = "--loss",
            paramLabel = "L",
            completionCandidates = HelpLists.Losses.class,
            description = "${COMPLETION-CANDIDATES}. Default: sum; train-step: cross_entropy.")
    private String loss;

    @Option(
            names = "--device",
            paramLabel = "D",
            description = "Whose program is predicted: cpu or cuda. Default: cpu.")
    private String device;

    @Mixin
    private TrainingStepOptions training;

    @Mixin
    private TorchOption torch;

    @Option(
            names = "--measure",
            description = "Also runs each pass once, in a process of its own, and shows the bytes that it took.")
    private boolean measure;

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        torch.choose();
        TrainingStep step = TrainingStep.of(training.params());
        boolean gpu = device != null && chosen("--device", device, "cpu", "cuda");
        List<MemoryPass> asked = passes.isEmpty()
                ? thatRun()
                : passes.stream().map(MemoryPass::of).toList();
        if (!passes.isEmpty() && asked.contains(MemoryPass.TRAIN_STEP)) {
            TrainingStep.of(training.params(), programOptions.precision());
        }
        if (!passes.isEmpty() && !asked.contains(MemoryPass.TRAIN_STEP)) {
            training.requireNone("--pass train-step");
        }
        List<MemoryEstimate> estimates = modelOptions.models().stream()
                .flatMap(model -> asked.stream().map(pass -> MemoryEstimate.of(plan(model, pass, gpu, step))))
                .toList();
        if (device == null && !Machine.detect().gpus().gpus().isEmpty()) {
            System.err.println("Note: predicted for the CPU; --device cuda predicts for this machine's GPU.");
        }
        if (measure) {
            estimates.forEach(estimate -> requireThatItRuns(estimate.plan()));
        }
        Map<MemoryEstimate, MeasuredPass> measured = measure ? PassMeasurements.of(estimates) : Map.of();
        System.out.print(new MemoryReport(estimates, measured).render(format));
        boolean all = measured.values().stream().allMatch(one -> one.bytes().isPresent());
        return all ? ExitCode.OK : ExitCode.FAILED;
    }

    /** All passes; without a training step that does not run as asked for, which a note says. */
    private List<MemoryPass> thatRun() {
        List<MemoryPass> all = new ArrayList<>(List.of(MemoryPass.values()));
        Precision precision = programOptions.precision();
        try {
            TrainingStep.of(training.params(), precision);
        } catch (BadInput refused) {
            System.err.println("Note: without a training step. " + refused.getMessage());
            all.remove(MemoryPass.TRAIN_STEP);
        }
        return all;
    }

    private void requireThatItRuns(MemoryPlan plan) {
        plan.model().whyNotRun().ifPresent(why -> {
            throw new BadInput(why + " Leave out --measure.");
        });
        if (plan.backend()
                != MemoryPlan.usualBackend(plan.model(), plan.program(), plan.precision(), plan.gemm(), plan.gpu())) {
            throw new BadInput("--measure runs the backend that is usual for a model and device: leave out --backend "
                    + backend + ", or --measure.");
        }
    }

    private MemoryPlan plan(Architecture model, MemoryPass pass, boolean gpu, TrainingStep step) {
        Precision precision = programOptions.precision();
        Program how = programOptions.program();
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
                    + precision.label() + ", " + way.label() + " on a " + (gpu ? "GPU" : "CPU") + ", which are "
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
