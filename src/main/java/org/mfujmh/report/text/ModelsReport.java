package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Precision;
import org.mfujmh.search.MemorySize;

/**
 * What {@code ./mfu models} prints.
 *
 * @param models in the order to show
 * @param where the memory is, e.g. a GPU's name
 * @param availableBytes memory for a model there
 */
public record ModelsReport(List<Architecture> models, String where, long availableBytes) {

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON ->
                OutputFormat.json(models.stream().map(ModelsReport::fields).toList());
            case CSV ->
                Table.ofRows(models.stream().map(ModelsReport::fields).toList()).toCsv();
            case TEXT, MARKDOWN ->
                new Document(format)
                        .table(table())
                        .paragraph(
                                "weights: their size in 16 bits. forward: whether the weights fit; with backward: whether weights and gradients fit; activations need more. "
                                        + where + " has " + MemorySize.inWords(availableBytes)
                                        + " available. -: ./mfu flops counts the model, but it cannot be run.")
                        .text();
        };
    }

    private static Map<String, Object> fields(Architecture model) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", model.name());
        fields.put("family", model.family());
        fields.put("parameters", model.parameters());
        fields.put("active_parameters", model.activeParameters());
        fields.put("runs", model.whyNotRun().isEmpty());
        return fields;
    }

    private Table table() {
        return new Table(
                List.of(
                        text("model"),
                        text("family"),
                        number("parameters"),
                        number("active"),
                        text("experts"),
                        number("context"),
                        number("weights"),
                        text("forward"),
                        text("with backward")),
                models.stream().map(this::row).toList());
    }

    private List<String> row(Architecture model) {
        long weights = bytes(model, MemoryPass.FORWARD);
        return List.of(
                model.name(),
                model.family(),
                Figures.exact(BigInteger.valueOf(model.parameters())),
                model.hasExperts() ? Figures.exact(BigInteger.valueOf(model.activeParameters())) : "",
                ArchitectureText.experts(model),
                Figures.exact(BigInteger.valueOf(model.context())),
                MemorySize.inWords(weights),
                fits(model, weights),
                fits(model, bytes(model, MemoryPass.FORWARD_BACKWARD)));
    }

    /** What any batch takes, as `bench` and `max-batch` refuse by it. */
    private static long bytes(Architecture model, MemoryPass pass) {
        return MemoryEstimate.leastBytes(MemoryPlan.of(model, pass, 1, 1, Precision.BF16, Optional.empty()));
    }

    private String fits(Architecture model, long bytes) {
        return model.whyNotRun().isPresent() ? "-" : bytes <= availableBytes ? "fits" : "too large";
    }
}
