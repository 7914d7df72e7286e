package org.mfujmh.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.ExitCode;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.report.text.MemoryReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.search.MeasuredMemory;
import org.mfujmh.search.MeasuredMemory.MeasuredPass;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.ProbedPass;
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
                ? List.of(MemoryPass.values())
                : passes.stream().map(MemoryPass::of).toList();
        if (!asked.contains(MemoryPass.TRAIN_STEP)) {
            training.requireNone("--pass train-step");
        }
        List<MemoryEstimate> estimates = modelOptions.models().stream()
                .flatMap(model -> asked.stream().map(pass -> MemoryEstimate.of(plan(model, pass, gpu, step))))
                .toList();
        if (device == null && !Machine.detect().gpus().gpus().isEmpty()) {
            System.err.println("Note: predicted for the CPU; --device cuda predicts for this machine's GPU.");
        }
        Map<MemoryEstimate, MeasuredPass> measured = measure ? measured(estimates) : Map.of();
        System.out.print(new MemoryReport(estimates, measured).render(format));
        boolean all = measured.values().stream().allMatch(one -> one.bytes().isPresent());
        return all ? ExitCode.OK : ExitCode.FAILED;
    }

    /** What each takes; those that cannot fit by their prediction are not begun. */
    private Map<MemoryEstimate, MeasuredPass> measured(List<MemoryEstimate> estimates) {
        estimates.forEach(estimate -> requireThatItRuns(estimate.plan()));
        String where = estimates.get(0).plan().gpu() ? "cuda:0" : "cpu";
        Optional<MemoryLimit> limit = limit(where);
        Map<MemoryEstimate, MeasuredPass> measured = new LinkedHashMap<>();
        Optional<MeasuredMemory> memory = Optional.empty();
        for (MemoryEstimate estimate : estimates) {
            MemoryPlan plan = estimate.plan();
            Optional<String> tooLarge = limit.flatMap(most -> tooLarge(estimate, most.bytes()));
            if (tooLarge.isPresent()) {
                measured.put(estimate, MeasuredPass.not(tooLarge.get()));
                continue;
            }
            if (memory.isEmpty()) {
                System.err.println("Measuring the process without a model ...");
                memory = Optional.of(MeasuredMemory.on(where, limit));
            }
            System.err.printf(
                    "[%d/%d] %s of %s ...%n",
                    measured.size() + 1,
                    estimates.size(),
                    plan.pass().title(),
                    plan.model().name());
            measured.put(estimate, memory.get().of(probed(plan, where), plan.sequences()));
        }
        return measured;
    }

    /** What passes are kept within; empty where the memory of the device is not known. */
    private static Optional<MemoryLimit> limit(String where) {
        Machine machine = Machine.detect();
        if (where.equals("cpu")) {
            return Optional.of(MemoryLimit.onCpu(machine.cpu(), Optional.empty()));
        }
        return machine.deviceNamed(where) instanceof Gpu gpu
                        && !gpu.mig()
                        && gpu.memoryMib().isPresent()
                ? Optional.of(MemoryLimit.onGpu(gpu, Optional.empty()))
                : Optional.empty();
    }

    /** Why a pass is not begun; a smaller batch is advised where that helps. */
    private static Optional<String> tooLarge(MemoryEstimate estimate, long available) {
        if (estimate.total() <= available) {
            return Optional.empty();
        }
        MemoryPlan plan = estimate.plan();
        long least = MemoryEstimate.leastBytes(
                MemoryPlan.of(plan.model(), plan.pass(), 1, 1, plan.precision(), Optional.of(plan.gemm()))
                        .with(plan.training()));
        return Optional.of("predicted " + MemorySize.inWords(estimate.total()) + " of "
                + MemorySize.inWords(available) + " available; "
                + (least <= available
                        ? "choose a smaller --batch or --seq"
                        : "what any batch takes, weights first, is " + MemorySize.inWords(least)
                                + ": choose a smaller model or more memory"));
    }

    private void requireThatItRuns(MemoryPlan plan) {
        plan.model().whyNotRun().ifPresent(why -> {
            throw new BadInput(why + " Leave out --measure.");
        });
        if (plan.pass() == MemoryPass.TRAIN_STEP) {
            TrainingStep.of(plan.training().params(), plan.precision());
        }
        if (plan.backend()
                != MemoryPlan.usualBackend(plan.model(), plan.program(), plan.precision(), plan.gemm(), plan.gpu())) {
            throw new BadInput("--measure runs the backend that is usual for a model and device: leave out --backend "
                    + backend + ", or --measure.");
        }
    }

    /** A cache that can hold T tokens has T - 1 of them before the step. */
    private static ProbedPass probed(MemoryPlan plan, String where) {
        ModelSpec spec = new ModelSpec(plan.model(), plan.program(), plan.precision(), plan.gemm(), plan.loss());
        return switch (plan.pass()) {
            case FORWARD -> new ProbedPass(spec, Pass.FORWARD, plan.tokens(), where);
            case PREFILL -> new ProbedPass(spec, Pass.PREFILL, plan.tokens(), where);
            case FORWARD_BACKWARD -> new ProbedPass(spec, Pass.FORWARD_BACKWARD, plan.tokens(), where);
            case TRAIN_STEP ->
                new ProbedPass(spec, Pass.FORWARD_BACKWARD, Optional.of(plan.training()), plan.tokens(), where);
            case DECODE -> new ProbedPass(spec, Pass.DECODE, Math.max(1, plan.tokens() - 1), where);
        };
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
