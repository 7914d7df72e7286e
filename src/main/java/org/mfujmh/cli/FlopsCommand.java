package org.mfujmh.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.PerTokenTable;
import org.mfujmh.flops.TrainingRun;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Logits;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.BytesReport;
import org.mfujmh.report.text.FlopsReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.report.text.ResultFlopsReport;
import org.mfujmh.report.text.TermsReport;
import org.mfujmh.report.text.TrainingRunReport;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.results.ResultPaths;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mfu flops} counts the FLOPs of a pass under each convention. */
@Command(
        name = "flops",
        mixinStandardHelpOptions = true,
        description = {
            "Counts the FLOPs of a model's forward and backward pass, under each convention in use.",
            "Nothing is run: the counts are closed forms of the model's sizes."
        },
        footer = {
            "",
            "Examples:",
            "  The first part of the notebook:",
            "    ./mfu flops --batch 2 --convention linear_only",
            "  FLOPs of each matrix product:",
            "    ./mfu flops --model gpt-small --terms",
            "  Your own model, by its config.json:",
            "    ./mfu flops --config path/to/model/config.json --seq 4096",
            "  Experts and windows, product by product:",
            "    ./mfu flops --model gpt-oss-20b --terms --convention causal_exact",
            "  The cost of a training run in FLOPs, device-hours and days:",
            "    ./mfu flops --model llama-3.1-8b --tokens 1e12 --devices 64 \\",
            "      --device \"NVIDIA H100 80GB HBM3\" --mfu 0.4",
            "  Each row of a result file, counted from the file alone:",
            "    ./mfu flops results/run.json",
            "  GPT-3:",
            "    ./mfu flops --layers 96 --width 12288 --heads 96 --context 2048",
            "",
            "See docs/reference/conventions.md for when to use which convention."
        })
final class FlopsCommand implements Callable<Integer> {
    private static final int NOTEBOOK_TOKENS = 1024;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions;

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--seq",
            paramLabel = "T",
            description = "Tokens per sequence. Default: 1024, or the model's context if that is shorter.")
    private Integer sequence;

    @Option(
            names = "--convention",
            paramLabel = "C",
            split = ",",
            completionCandidates = HelpLists.Conventions.class,
            description = "${COMPLETION-CANDIDATES}, or several, separated by commas. Default: all; with --terms, "
                    + "--tokens or RESULT, exact.")
    private List<String> conventions = List.of();

    @Option(
            names = "--terms",
            description = "Show each matrix product by name, with its shape and its share of the FLOPs.")
    private boolean terms;

    @Option(
            names = "--logits",
            paramLabel = "L",
            description = "all, or last: count a forward pass whose head multiplies the last token alone, as inference"
                    + " does with a prompt. Default: ${DEFAULT-VALUE}.")
    private String logits = PassParams.DEFAULT_LOGITS;

    @Option(
            names = "--bytes",
            description =
                    "Show the bytes that a decoding step reads and writes, tensor by tensor, with --seq tokens in the "
                            + "cache (default: 1023, or the model's context less one), and what each convention of MBU counts.")
    private boolean bytes;

    @Option(
            names = "--format",
            paramLabel = "F",
            completionCandidates = HelpLists.TableFormats.class,
            description = "${COMPLETION-CANDIDATES}. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--per-token-csv",
            description = "Only print flops/per_token.csv, the generated table that the suite counts with.")
    private boolean perTokenCsv;

    @Parameters(
            arity = "0..*",
            paramLabel = "RESULT",
            description = "Result files: count the FLOPs of each of their rows instead of a model's.")
    private List<String> resultFiles = List.of();

    @Mixin
    private TrainingRunOptions training;

    @Override
    public Integer call() {
        FlopsQuestion question = question();
        question.refuseUnused(spec.commandLine().getParseResult());
        System.out.print(
                switch (question) {
                    case SUITE_TABLE -> PerTokenTable.generate();
                    case RESULT_FILES -> ofResults();
                    case BYTES -> ofDecoding();
                    case TRAINING_RUN -> ofTraining();
                    case PASS -> ofPass();
                });
        return ExitCode.OK;
    }

    private FlopsQuestion question() {
        if (perTokenCsv) {
            if (!resultFiles.isEmpty()) {
                throw new BadInput(
                        "--per-token-csv only prints the suite's table: leave it out to count result files.");
            }
            return FlopsQuestion.SUITE_TABLE;
        }
        if (!resultFiles.isEmpty()) {
            return FlopsQuestion.RESULT_FILES;
        }
        if (bytes) {
            return FlopsQuestion.BYTES;
        }
        return training.isAsked() ? FlopsQuestion.TRAINING_RUN : FlopsQuestion.PASS;
    }

    private String ofDecoding() {
        Precision precision = Precision.of(training.dtype());
        return new BytesReport(modelOptions.models().stream()
                        .map(model -> new DecodeBytes(model, batch, cachedFor(model), precision))
                        .toList())
                .render(format);
    }

    private String ofTraining() {
        List<TrainingRun> runs = modelOptions.models().stream()
                .map(model -> training.run(model, tokensFor(model)))
                .toList();
        return new TrainingRunReport(
                        runs, conventions(List.of(Convention.EXACT)), training.cluster(), training.inWords())
                .render(format);
    }

    private String ofPass() {
        boolean ofPrefill = Logits.of(logits) == Logits.LAST;
        List<Workload> workloads = modelOptions.models().stream()
                .map(model -> new Workload(model, batch, tokensFor(model)))
                .toList();
        if (terms) {
            return new TermsReport(workloads, conventions(List.of(Convention.EXACT)), ofPrefill).render(format);
        }
        return new FlopsReport(workloads, conventions(Arrays.asList(Convention.values())), ofPrefill).render(format);
    }

    private String ofResults() {
        resultFiles.stream()
                .map(Object::toString)
                .filter(name -> Models.isShipped(name) && !Files.exists(Path.of(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInput(name + " is a model, and no result file: write --model " + name + ".");
                });
        List<Entry> entries = ResultPaths.of(resultFiles).stream()
                .flatMap(file -> ResultFile.read(file).stream())
                .toList();
        ResultFlopsReport report = new ResultFlopsReport(entries, conventions(List.of(Convention.EXACT)));
        report.skipped().forEach(why -> System.err.println("Note: left out: " + why));
        return report.render(format);
    }

    private int cachedFor(Architecture model) {
        return sequence == null ? Math.min(NOTEBOOK_TOKENS, model.context()) - 1 : sequence;
    }

    private int tokensFor(Architecture model) {
        return sequence == null ? Math.min(NOTEBOOK_TOKENS, model.context()) : sequence;
    }

    private List<Convention> conventions(List<Convention> otherwise) {
        return conventions.isEmpty()
                ? otherwise
                : conventions.stream().map(Convention::of).toList();
    }
}
