package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.memory.MemoryTerm;
import org.mfujmh.model.Architecture;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;
import org.mfujmh.search.MeasuredMemory;
import org.mfujmh.search.MemorySize;

/**
 * The output of {@code ./mfu memory}: for each model a table of terms, a column for each pass.
 *
 * @param estimates the passes
 * @param measured of those that were to be run, what they took, or why they were not measured
 */
public record MemoryReport(List<MemoryEstimate> estimates, Map<MemoryEstimate, MeasuredMemory.MeasuredPass> measured) {

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(estimates.stream().map(this::fields).toList());
            case CSV ->
                Table.ofRows(estimates.stream().map(this::fields).toList()).toCsv();
            case TEXT, MARKDOWN -> document(new Document(format)).text();
        };
    }

    /** Exact bytes, for programs. */
    private Map<String, Object> fields(MemoryEstimate estimate) {
        MemoryPlan plan = estimate.plan();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(PassParams.MODEL, plan.model().name());
        fields.put("pass", plan.pass().label());
        fields.put("batch", plan.sequences());
        fields.put("seq", plan.tokens());
        fields.put(PassParams.DTYPE, plan.precision().label());
        fields.put(PassParams.PROGRAM, plan.program().label());
        // Decoding has no backends to choose from.
        fields.put(
                "backend",
                plan.pass() == MemoryPass.DECODE ? null : plan.backend().label());
        fields.put(PassParams.GEMM, plan.gemm().label());
        fields.put(PassParams.DEVICE, plan.gpu() ? "cuda" : "cpu");
        fields.put(PassParams.LOSS, plan.pass().hasBackward() ? plan.loss().label() : null);
        boolean trains = plan.pass() == MemoryPass.TRAIN_STEP;
        fields.put(
                TrainingParams.OPTIMIZER, trains ? plan.training().optimizer().label() : null);
        fields.put(TrainingParams.ACCUMULATION, trains ? plan.training().accumulation() : null);
        fields.put(
                TrainingParams.CHECKPOINT, trains ? plan.training().checkpoint().label() : null);
        // The term of that name is bytes.
        fields.put("trained_weights", trains ? plan.training().weights().label() : null);
        for (MemoryTerm term : MemoryTerm.values()) {
            fields.put(term.label(), estimate.peak().of(term));
        }
        fields.put("total", estimate.total());
        fields.put("at", estimate.peak().name());
        Optional<MeasuredMemory.Bytes> bytes = bytes(estimate);
        fields.put("measured_before", bytes.map(MeasuredMemory.Bytes::before).orElse(null));
        fields.put("measured_total", bytes.map(MeasuredMemory.Bytes::peak).orElse(null));
        fields.put("not_measured", whyNot(estimate).orElse(null));
        return fields;
    }

    private Document document(Document document) {
        Map<Architecture, List<MemoryEstimate>> byModel = estimates.stream()
                .collect(Collectors.groupingBy(
                        estimate -> estimate.plan().model(), LinkedHashMap::new, Collectors.toList()));
        byModel.forEach((model, ofModel) -> {
            document.heading(heading(ofModel));
            document.table(table(ofModel));
            ofModel.forEach(one -> whyNot(one)
                    .ifPresent(why -> document.paragraph(one.plan().pass().title() + ": not measured: " + why + ".")));
        });
        return document.paragraph(
                "Bytes at the moment of a pass that takes the most, predicted from the model's sizes and from what the program saves. The process takes more: on a CPU about 0.25 GiB for the JVM and libtorch, on a GPU the CUDA context and what libtorch's allocator caches.");
    }

    /** Decoding has no backends to choose from. */
    private static String heading(List<MemoryEstimate> ofModel) {
        MemoryPlan plan = ofModel.get(0).plan();
        boolean chosen = ofModel.stream().anyMatch(one -> one.plan().pass() != MemoryPass.DECODE);
        return String.format(
                Locale.ROOT,
                "%s on %s, batch %,d x %,d tokens, %s %s%s%s: %,d parameters",
                plan.model().name(),
                plan.gpu() ? "a GPU" : "a CPU",
                plan.sequences(),
                plan.tokens(),
                plan.precision().label(),
                plan.program().label(),
                plan.gemm().label().equals("native") ? "" : " " + plan.gemm().label(),
                chosen ? ", " + plan.backend().inWords() : "",
                plan.model().parameters());
    }

    private Table table(List<MemoryEstimate> ofModel) {
        List<Table.Column> columns = new ArrayList<>(List.of(text("term")));
        ofModel.forEach(estimate -> columns.add(number(title(estimate.plan()))));
        columns.add(text("what"));
        List<List<String>> rows = new ArrayList<>();
        Arrays.stream(MemoryTerm.values())
                .filter(term -> ofModel.stream().anyMatch(one -> one.peak().of(term) > 0))
                .forEach(term -> rows.add(row(
                        term.title(),
                        ofModel.stream()
                                .map(one -> one.peak().of(term) == 0
                                        ? ""
                                        : MemorySize.inWords(one.peak().of(term)))
                                .toList(),
                        term.holds())));
        rows.add(row(
                "in all",
                ofModel.stream().map(one -> MemorySize.inWords(one.total())).toList(),
                ""));
        rows.add(row("most at", ofModel.stream().map(one -> one.peak().name()).toList(), ""));
        if (ofModel.stream().anyMatch(measured::containsKey)) {
            rows.add(row("measured", measured(ofModel, MeasuredMemory.Bytes::peak), "without the process"));
            rows.add(row("before the pass", measured(ofModel, MeasuredMemory.Bytes::before), "measured, part of it"));
            rows.add(row("off by", ofModel.stream().map(this::offBy).toList(), "predicted, relative to measured"));
        }
        return new Table(columns, rows);
    }

    private List<String> measured(List<MemoryEstimate> ofModel, ToLongFunction<MeasuredMemory.Bytes> part) {
        return ofModel.stream()
                .map(one -> bytes(one)
                        .map(bytes -> MemorySize.inWords(part.applyAsLong(bytes)))
                        .orElseGet(() -> whyNot(one).isPresent() ? "not measured" : ""))
                .toList();
    }

    private String offBy(MemoryEstimate estimate) {
        return bytes(estimate)
                .filter(bytes -> bytes.peak() > 0)
                .map(bytes -> String.format(Locale.ROOT, "%+.1f %%", 100.0 * estimate.total() / bytes.peak() - 100))
                .orElse("");
    }

    private Optional<MeasuredMemory.Bytes> bytes(MemoryEstimate estimate) {
        return Optional.ofNullable(measured.get(estimate)).flatMap(MeasuredMemory.MeasuredPass::bytes);
    }

    private Optional<String> whyNot(MemoryEstimate estimate) {
        return Optional.ofNullable(measured.get(estimate))
                .map(MeasuredMemory.MeasuredPass::whyNot)
                .filter(why -> !why.isEmpty());
    }

    private static String title(MemoryPlan plan) {
        if (plan.pass() != MemoryPass.TRAIN_STEP) {
            return plan.pass().title();
        }
        return plan.pass().title() + ", " + plan.training().inWords();
    }

    private static List<String> row(String first, List<String> cells, String last) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(cells);
        row.add(last);
        return row;
    }
}
