package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** The output of {@code ./mfu flops RESULT.json}: FLOPs of each row of result files, counted from the files alone. */
public final class ResultFlopsReport {
    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    /**
     * @param entries of all files, in order
     * @param conventions how FLOPs are counted
     * @throws BadInput if no entry is a pass of this suite whose model is known
     */
    public ResultFlopsReport(List<Entry> entries, List<Convention> conventions) {
        for (Entry entry : entries) {
            try {
                entry.pass().ifPresent(pass -> add(entry, pass, conventions));
            } catch (BadInput why) {
                skipped.add(why.getMessage());
            }
        }
        if (rows.isEmpty()) {
            throw new BadInput(
                    skipped.isEmpty()
                            ? "None of these " + entries.size()
                                    + " results is a pass of this suite, whose FLOPs could be counted."
                            : skipped.get(0));
        }
    }

    /** Why results are left out, a sentence each. */
    public List<String> skipped() {
        return List.copyOf(skipped);
    }

    private void add(Entry entry, PassId pass, List<Convention> conventions) {
        PassParams params = entry.passParams();
        int batch = PassParams.count(entry.params().getOrDefault(PassParams.BATCH_SIZE, PassParams.DEFAULT_BATCH_SIZE))
                .orElseThrow(() -> new BadInput(entry.where() + " has no numeric " + PassParams.BATCH_SIZE
                        + ", so its FLOPs cannot be counted."));
        Workload workload = new Workload(model(entry, params.model()), batch, params.seqLen());
        conventions.forEach(convention ->
                rows.add(row(pass.label(), Pass.of(pass), workload, convention, whole(entry) ? "file" : "name")));
    }

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(rows);
            case CSV -> table().toCsv();
            case TEXT, MARKDOWN ->
                new Document(format)
                        .table(table())
                        .paragraph(
                                "flops: of one pass over the batch; per_token: per token of it. model_from: file, if the result records the model's configuration ("
                                        + RunProperty.MODEL.argument("...") + "); name, if the model is shipped.")
                        .text();
        };
    }

    private static boolean whole(Entry entry) {
        return entry.property(RunProperty.MODEL).isPresent();
    }

    /** The model that the result carries, or the shipped one of that name; never a file that it names. */
    private static Architecture model(Entry entry, String name) {
        Optional<String> json = entry.property(RunProperty.MODEL);
        if (json.isPresent()) {
            return Models.ofJson(name, json.get());
        }
        if (!Models.isShipped(name)) {
            throw new BadInput(entry.where() + " is of the model " + name
                    + ", which is not shipped, and the file does not record its config.json.");
        }
        return Models.named(name);
    }

    private static Map<String, Object> row(
            String label, Pass pass, Workload workload, Convention convention, String from) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("pass", label);
        row.put(PassParams.MODEL, workload.model().name());
        row.put("batch", workload.batch());
        row.put("seq", workload.tokens());
        row.put("convention", convention.label());
        row.put("flops", workload.flops(convention, pass));
        row.put("per_token", workload.perToken(convention, pass));
        row.put("parameters", workload.model().parameters());
        row.put("model_from", from);
        return row;
    }

    private Table table() {
        return new Table(
                rows.get(0).entrySet().stream()
                        .map(field ->
                                field.getValue() instanceof String ? text(field.getKey()) : number(field.getKey()))
                        .toList(),
                rows.stream()
                        .map(row -> row.values().stream().map(String::valueOf).toList())
                        .toList());
    }
}
