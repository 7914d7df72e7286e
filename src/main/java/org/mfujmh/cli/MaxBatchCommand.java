package org.mfujmh.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.notebook.ThroughputSweep;
import org.mfujmh.report.text.MaxBatchReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.report.text.ThroughputByBatch;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;
import org.mfujmh.search.ForkMemory;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.SearchResult;
import org.mfujmh.search.SearchResult.Ending;
import org.mfujmh.suite.batch.BatchSearchRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu max-batch} finds the largest batch that fits. */
@Command(
        name = "max-batch",
        mixinStandardHelpOptions = true,
        description = {
            "Finds the largest batch that fits into memory, and proves it.",
            "That batch was run and fits; the next "
                    + "larger one was run and does not. Each probe is a fresh process that runs one pass."
        },
        footer = {
            "",
            "Examples:",
            "  gpt-small, forward, all available memory:",
            "    ./mfu max-batch",
            "  A first look, in half a minute:",
            "    ./mfu max-batch --model gpt-tiny --seq 64 --memory-limit 400MiB",
            "  Forward + backward within 8 GiB:",
            "    ./mfu max-batch --pass forward-backward --memory-limit 8GiB",
            "  Decoding: how many sequences of 256 tokens fit with their KV cache:",
            "    ./mfu max-batch --pass decode --seq 256 --memory-limit 4GiB",
            "  Also the speed at each power of two that fits:",
            "    ./mfu max-batch --memory-limit 4GiB --throughput",
            "",
            "On a CPU the limit applies to the peak resident memory of the probe, on a GPU to",
            "the device memory in use. Exit code 1: something other than memory stopped the",
            "search. See docs/guide/max-batch.md for how the search works."
        })
final class MaxBatchCommand implements Callable<Integer> {
    private static final int NOTEBOOK_TOKENS = 1024;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description =
                    "A model's name (./mfu models lists them), or the path of a config.json or its folder. Default: "
                            + "${DEFAULT-VALUE}.")
    private String model = PassParams.DEFAULT_MODEL;

    @Option(
            names = "--pass",
            paramLabel = "P",
            completionCandidates = HelpLists.BatchPasses.class,
            description = "${COMPLETION-CANDIDATES} (with --seq tokens in the KV cache). Default: ${DEFAULT-VALUE}.")
    private String pass = "forward";

    @Option(
            names = "--seq",
            paramLabel = "T",
            description = "Tokens per sequence. Default: 1024, or the model's context if that is shorter.")
    private Integer tokens;

    @Mixin
    private ProgramOptions programOptions;

    @Option(
            names = "--gemm",
            paramLabel = "G",
            completionCandidates = HelpLists.Gemms.class,
            description =
                    "${COMPLETION-CANDIDATES}; auto measures the others and takes the faster. Default: ${DEFAULT-VALUE}.")
    private String gemm = PassParams.DEFAULT_GEMM;

    @Option(
            names = "--loss",
            paramLabel = "L",
            completionCandidates = HelpLists.Losses.class,
            description =
                    "${COMPLETION-CANDIDATES}; of forward-backward and train-step. Default: sum; for train-step cross_entropy.")
    private String loss;

    @Mixin
    private TrainingStepOptions training;

    @Option(names = "--device", paramLabel = "D", description = "auto, cpu or cuda:N. Default: ${DEFAULT-VALUE}.")
    private String device = PassParams.DEFAULT_DEVICE;

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            description =
                    "Memory limit, such as 8GiB or 512MiB. Default: the available memory minus a reserve, on a GPU all of "
                            + "the card's memory.")
    private String memoryLimit;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Time after which a probe counts as hung, such as 90s or 10m; extended if earlier probes "
                    + "predict a long run. Default: ${DEFAULT-VALUE}.")
    private String timeout = "10m";

    @Option(
            names = "--throughput",
            description = "Afterwards measure tokens/s at each power of two that fits and at the largest batch.")
    private boolean throughput;

    @Mixin
    private TorchOption torch;

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        torch.choose();
        BatchSearchRun.FoundBatch answer = BatchSearchRun.run(request(), throughput, System.err);
        SearchResult result = answer.result();
        if (result.ending() instanceof Ending.NothingFits none) {
            throw new BadInput("No batch of " + result.probed().describe() + " fits into "
                    + MemorySize.inWords(result.limitBytes()) + ": batch 1 needs " + none.needs()
                    + ". Use a larger --memory-limit or a shorter --seq.");
        }
        Optional<ForkMemory.Fitted> fork = answer.fork();
        ThroughputByBatch table = fork.isPresent() && fork.get().batch().isPresent()
                ? ThroughputSweep.run(result, fork.get().batch().getAsInt(), System.err)
                : ThroughputByBatch.NONE;
        System.err.println();
        System.out.print(new MaxBatchReport(result, answer.limit(), answer.deviceName(), table).render(format));
        System.out.flush();
        if (result.ending() instanceof Ending.Stopped stopped) {
            System.err.println("mfu max-batch: the search stopped early. " + stopped.cause());
            return ExitCode.FAILED;
        }
        if (fork.isPresent() && fork.get().batch().isEmpty()) {
            System.err.println("mfu max-batch: the throughput was not measured: "
                    + fork.get().why() + ".");
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private BatchSearchRun.Request request() {
        Architecture config = ModelOptions.named(model);
        boolean trains = pass.equals(PassId.TRAIN_STEP.label());
        if (!trains) {
            training.requireNone("--pass train-step");
        }
        Optional<TrainingStep> step =
                trains ? Optional.of(TrainingStep.of(training.params(), programOptions.precision())) : Optional.empty();
        if (loss != null && !trains && !Pass.of(pass).computesGradients()) {
            throw new BadInput("--loss says where gradients start, and --pass " + pass
                    + " computes none: leave out --loss, or choose --pass forward-backward or train-step.");
        }
        String usualLoss = trains ? TrainingParams.DEFAULT_LOSS : PassParams.DEFAULT_LOSS;
        return new BatchSearchRun.Request(
                config,
                trains ? Pass.FORWARD_BACKWARD : Pass.of(pass),
                step,
                tokens == null
                        ? Math.min(NOTEBOOK_TOKENS, config.context()) - (pass.equals(Pass.DECODE.label()) ? 1 : 0)
                        : tokens,
                programOptions.precision(),
                programOptions.program(),
                Gemm.of(gemm),
                Loss.of(loss == null ? usualLoss : loss),
                device,
                Optional.ofNullable(memoryLimit).map(size -> MemorySize.parse("--memory-limit", size)),
                Durations.parse("--timeout", timeout));
    }
}
