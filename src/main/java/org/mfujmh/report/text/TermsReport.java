package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.flops.Audit;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Term;
import org.mfujmh.flops.Workload;
import org.mfujmh.schema.PassParams;

/**
 * The output of {@code ./mfu flops --terms}: each matrix product, and their sums.
 *
 * @param ofPrefill whether a forward pass with the logits of the last token alone is counted
 */
public record TermsReport(List<Workload> workloads, List<Convention> conventions, boolean ofPrefill) {

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(rows());
            case CSV -> Table.ofRows(rows()).toCsv();
            case TEXT, MARKDOWN -> document(new Document(format)).text();
        };
    }

    private List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Workload workload : workloads) {
            for (Convention convention : conventions) {
                Audit audit = audit(workload, convention);
                audit.terms().forEach(term -> rows.add(row(workload, convention, term, audit.total())));
            }
        }
        return rows;
    }

    private static Map<String, Object> row(Workload workload, Convention convention, Term term, BigInteger total) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(PassParams.MODEL, workload.model().name());
        row.put("batch", workload.batch());
        row.put("seq", workload.tokens());
        row.put("convention", convention.label());
        row.put("pass", term.pass().label());
        row.put("term", term.name());
        row.put("shape", term.shape());
        row.put("count", term.count());
        row.put("flops", term.flops());
        row.put("share", term.flops().doubleValue() / total.doubleValue());
        row.put("remark", term.remark());
        return row;
    }

    private Document document(Document document) {
        for (Workload workload : workloads) {
            for (Convention convention : conventions) {
                Audit audit = audit(workload, convention);
                document.heading(workload.model().name() + ", batch " + workload.batch() + " x " + workload.tokens()
                        + " tokens, " + convention.label() + ": "
                        + (ofPrefill ? convention.prefillFormula() : convention.formula())
                        + " per token");
                document.paragraph(convention.weights().symbol() + ": "
                        + convention.weights().definition() + ". " + ConventionSymbols.ATTENTION + " "
                        + ConventionSymbols.TOKENS);
                document.table(table(audit));
            }
        }
        return document.paragraph(
                "A product [m x k][k x n] takes 2mkn FLOPs. For y = xW, backward has two products of the same size, "
                        + "dX = dY W^T and dW = x^T dY; likewise for scores and values, where both factors are "
                        + "activations. None of these conventions counts softmax, norms, GELU and sums.");
    }

    private Audit audit(Workload workload, Convention convention) {
        return ofPrefill ? Audit.ofPrefill(workload, convention) : Audit.of(workload, convention);
    }

    private Table table(Audit audit) {
        List<List<String>> rows = new ArrayList<>();
        for (Term term : audit.terms()) {
            rows.add(List.of(
                    term.pass().label(),
                    term.name(),
                    term.shape(),
                    term.count() == 0 ? "" : String.valueOf(term.count()),
                    Figures.exact(term.flops()),
                    Figures.percent(term.flops(), audit.total()),
                    term.remark()));
        }
        rows.add(sum("forward", audit.forward(), audit));
        if (!ofPrefill) {
            rows.add(sum("backward", audit.backward(), audit));
            rows.add(sum("both", audit.total(), audit));
        }
        return new Table(
                List.of(
                        text("pass"),
                        text("product"),
                        text("shape"),
                        number("count"),
                        number("FLOPs"),
                        number("share"),
                        text("remark")),
                rows);
    }

    private static List<String> sum(String pass, BigInteger flops, Audit audit) {
        return List.of(pass, "sum", "", "", Figures.exact(flops), Figures.percent(flops, audit.total()), "");
    }
}
