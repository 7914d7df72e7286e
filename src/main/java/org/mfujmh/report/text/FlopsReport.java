package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Block;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.PassParams;

/**
 * The output of {@code ./mfu flops}: every workload under every requested convention.
 *
 * @param ofPrefill whether a forward pass with the logits of the last token alone is counted, instead of forward and
 *     backward
 */
public record FlopsReport(List<Workload> workloads, List<Convention> conventions, boolean ofPrefill) {
    private static final String FORWARD = "forward";
    private static final String FORWARD_PER_TOKEN = "forward_per_token";

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(rows());
            case CSV -> Table.ofRows(rows()).toCsv();
            case TEXT, MARKDOWN -> document(new Document(format)).text();
        };
    }

    /** The rows for programs, with exact integers. */
    private List<Map<String, Object>> rows() {
        return workloads.stream()
                .flatMap(workload -> conventions.stream().map(convention -> row(workload, convention)))
                .toList();
    }

    private Map<String, Object> row(Workload workload, Convention convention) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(PassParams.MODEL, workload.model().name());
        row.put("batch", workload.batch());
        row.put("seq", workload.tokens());
        row.put("convention", convention.label());
        if (ofPrefill) {
            row.put(PassParams.LOGITS, PassParams.LAST_LOGITS);
            row.put(FORWARD, workload.flops(convention, Pass.PREFILL));
            row.put(FORWARD_PER_TOKEN, workload.perToken(convention, Pass.PREFILL));
        } else {
            row.put(FORWARD, workload.flops(convention, Pass.FORWARD));
            row.put("backward", workload.backwardFlops(convention));
            row.put("total", workload.flops(convention, Pass.FORWARD_BACKWARD));
            row.put(FORWARD_PER_TOKEN, workload.perToken(convention, Pass.FORWARD));
            row.put("total_per_token", workload.perToken(convention, Pass.FORWARD_BACKWARD));
        }
        row.put("parameters", ParameterCount.of(workload.model()).total());
        row.put("active_parameters", ParameterCount.of(workload.model()).active());
        return row;
    }

    private Document document(Document document) {
        for (Workload workload : workloads) {
            document.heading(heading(workload));
            document.paragraph(parameters(workload.model()));
            document.table(ofPrefill ? prefill(workload) : counts(workload));
        }
        document.heading("The conventions");
        document.paragraph("FLOPs per token"
                + (ofPrefill
                        ? " of a forward pass whose head multiplies the last token alone; " + ConventionSymbols.HEAD
                        : ", forward and backward")
                + "; " + ConventionSymbols.TOKENS + "\n"
                + String.join("\n", ConventionSymbols.weights(conventions))
                + "\n" + ConventionSymbols.ATTENTION);
        return document.table(legend());
    }

    private static String heading(Workload workload) {
        Architecture model = workload.model();
        return String.format(
                Locale.ROOT,
                "%s, batch %,d x %,d tokens: %,d layers, width %,d, %s, vocabulary %,d, context %,d",
                model.name(),
                workload.batch(),
                workload.tokens(),
                model.layers(),
                model.width(),
                ArchitectureText.heads(model),
                model.vocabulary(),
                model.context());
    }

    /** The numbers of this model that the formulas are made of. */
    private String parameters(Architecture model) {
        ParameterCount count = ParameterCount.of(model);
        String parameters = "Parameters: " + Figures.exact(count.total());
        if (count.idle().signum() > 0) {
            parameters += "; active (a token passes through): " + Figures.exact(count.active());
        }
        if (model.isBookGpt()) {
            parameters += "; tied (the head shares the token embedding, as in GPT-2): " + Figures.exact(count.tied());
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Convention convention : conventions) {
            String value = convention.weights().symbol() + " = "
                    + Figures.exact(convention.weights().of(model));
            values.computeIfAbsent(value, key -> new ArrayList<>()).add(convention.label());
        }
        String symbols = values.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + String.join(", ", entry.getValue()) + ")")
                .collect(Collectors.joining("; "));
        return parameters + "\n" + symbols + "; A = " + Figures.exact(attentionWidth(model)) + recomputedScores(model)
                + "\nKV cache: "
                + Figures.exact(BigInteger.valueOf(2 * model.cachedPerToken())) + " bytes per token in 16 bits"
                + ArchitectureText.windows(model);
    }

    /** Where keys and values differ in width, recomputed scores have the keys' alone, which the formula with A has not. */
    private String recomputedScores(Architecture model) {
        BigInteger keys = BigInteger.valueOf(model.blocks().stream()
                .map(Block::attention)
                .mapToLong(attention -> attention.heads() * (long) attention.queryKeyWidth())
                .sum());
        return keys.equals(attentionWidth(model)) || ofPrefill || !conventions.contains(Convention.HFU_SDPA)
                ? ""
                : "; K = " + Figures.exact(keys)
                        + " (query heads x columns of a key): hfu_sdpa is 6M + 12AT + 2KT here";
    }

    private static BigInteger attentionWidth(Architecture model) {
        return BigInteger.valueOf(model.blocks().stream()
                        .map(Block::attention)
                        .mapToLong(attention ->
                                attention.heads() * ((long) attention.queryKeyWidth() + attention.valueWidth()))
                        .sum()
                / 2);
    }

    private Table counts(Workload workload) {
        BigInteger exact = workload.flops(Convention.EXACT, Pass.FORWARD_BACKWARD);
        List<List<String>> rows = conventions.stream()
                .map(convention -> List.of(
                        convention.label(),
                        Figures.rounded(workload.flops(convention, Pass.FORWARD)),
                        Figures.rounded(workload.backwardFlops(convention)),
                        Figures.rounded(workload.flops(convention, Pass.FORWARD_BACKWARD)),
                        Figures.exact(workload.perToken(convention, Pass.FORWARD)),
                        Figures.exact(workload.perToken(convention, Pass.FORWARD_BACKWARD)),
                        Figures.ratio(workload.flops(convention, Pass.FORWARD_BACKWARD), exact)))
                .toList();
        return new Table(
                List.of(
                        text("convention"),
                        number("forward FLOPs"),
                        number("backward"),
                        number("both"),
                        number("forward per token"),
                        number("both per token"),
                        number("x exact")),
                rows);
    }

    private Table prefill(Workload workload) {
        List<List<String>> rows = conventions.stream()
                .map(convention -> {
                    BigInteger flops = workload.flops(convention, Pass.PREFILL);
                    return List.of(
                            convention.label(),
                            Figures.rounded(flops),
                            Figures.exact(workload.perToken(convention, Pass.PREFILL)),
                            Figures.ratio(flops, workload.flops(Convention.EXACT, Pass.PREFILL)),
                            Figures.ratio(flops, workload.flops(convention, Pass.FORWARD)));
                })
                .toList();
        return new Table(
                List.of(
                        text("convention"),
                        number("prefill FLOPs"),
                        number("per token"),
                        number("x exact"),
                        number("x all logits")),
                rows);
    }

    private Table legend() {
        return new Table(
                List.of(text("convention"), text("formula"), text("use"), text("used by")),
                conventions.stream()
                        .map(convention -> List.of(
                                convention.label(),
                                ofPrefill ? convention.prefillFormula() : convention.formula(),
                                convention.use(),
                                convention.source()))
                        .toList());
    }
}
