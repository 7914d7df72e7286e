package org.mfujmh.cli;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.bytes.DecodeBytes;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.PerTokenTable;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Precision;
import org.mfujmh.report.text.BytesReport;
import org.mfujmh.report.text.FlopsReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.report.text.TermsReport;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
            "  A model of your own, by its config.json:",
            "    ./mfu flops --config path/to/model/config.json --seq 4096",
            "  Experts and windows, product by product:",
            "    ./mfu flops --model gpt-oss-20b --terms --convention causal_exact",
            "  GPT-3:",
            "    ./mfu flops --layers 96 --width 12288 --heads 96 --context 2048",
            "",
            "See docs/method.md for when to use which convention."
        })
final class FlopsCommand implements Callable<Integer> {
    private static final int NOTEBOOK_TOKENS = 1024;

    @Mixin
    private ModelOptions modelOptions;

    @Option(names = "--batch", paramLabel = "B", description = "Sequences per batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    @Option(
            names = "--seq",
            paramLabel = "T",
            description = "Tokens per sequence. Default: 1024, or the model's context if that is shorter.")
    private Integer tokens;

    @Option(
            names = "--convention",
            paramLabel = "C",
            split = ",",
            description =
                    "exact, linear_only, causal_half, causal_exact, palm, torchtitan, llmc, kaplan, hfu_sdpa or hfu_full; several by commas. Default: all; with --terms, exact.")
    private List<String> conventions = List.of();

    @Option(
            names = "--terms",
            description = "Show each matrix product by name, with its shape and its share of the FLOPs.")
    private boolean terms;

    @Option(
            names = "--bytes",
            description = "Show what a decoding step reads and writes, tensor by tensor, with --seq tokens in the cache"
                    + " (default: 1023, or the model's context less one), and what utilizations count.")
    private boolean bytes;

    @Option(
            names = "--dtype",
            paramLabel = "D",
            description = "Precision for --bytes: bf16, fp16 or fp32. Default: ${DEFAULT-VALUE}.")
    private String dtype = PassParams.DEFAULT_DTYPE;

    @Option(names = "--format", paramLabel = "F", description = "text, markdown, json or csv. Default: text.")
    private OutputFormat format = OutputFormat.TEXT;

    @Option(
            names = "--per-token-csv",
            description = "Only print flops/per_token.csv, the table that the suite counts with, generated from the "
                    + "formulas.")
    private boolean perTokenCsv;

    @Override
    public Integer call() {
        System.out.print(perTokenCsv ? PerTokenTable.generate() : result());
        return 0;
    }

    private String result() {
        if (bytes) {
            if (terms || !conventions.isEmpty()) {
                throw new BadInput(
                        "--bytes counts bytes of a decoding step, --terms and --convention count FLOPs: choose"
                                + " one of them.");
            }
            return new BytesReport(modelOptions.models().stream()
                            .map(model -> new DecodeBytes(model, batch, cachedFor(model), Precision.of(dtype)))
                            .toList())
                    .render(format);
        }
        List<Workload> workloads = modelOptions.models().stream()
                .map(model -> new Workload(model, batch, tokensFor(model)))
                .toList();
        if (terms) {
            return new TermsReport(workloads, conventions(List.of(Convention.EXACT))).render(format);
        }
        return new FlopsReport(workloads, conventions(Arrays.asList(Convention.values()))).render(format);
    }

    private int cachedFor(Architecture model) {
        return tokens == null ? Math.min(NOTEBOOK_TOKENS, model.context()) - 1 : tokens;
    }

    private int tokensFor(Architecture model) {
        return tokens == null ? Math.min(NOTEBOOK_TOKENS, model.context()) : tokens;
    }

    private List<Convention> conventions(List<Convention> otherwise) {
        return conventions.isEmpty()
                ? otherwise
                : conventions.stream().map(Convention::of).toList();
    }
}
