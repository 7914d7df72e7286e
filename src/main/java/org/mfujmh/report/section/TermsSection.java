package org.mfujmh.report.section;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mfujmh.flops.Audit;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Term;
import org.mfujmh.flops.Workload;
import org.mfujmh.report.chart.ChartTemplate;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.schema.PassId;

/** The matrix products of the measured models, by share of the FLOPs. */
public final class TermsSection {
    private static final String ID = "flops";
    private static final String TITLE = "Where the FLOPs are";
    private static final int MOST_DRAWN = 12;

    private TermsSection() {}

    public static Section of(List<Measured> all) {
        Map<String, Workload> workloads = new LinkedHashMap<>();
        // A decoding step multiplies vectors; ./mfu flops --bytes lists what it reads.
        Set<String> prefills = new HashSet<>();
        for (Measured one : all) {
            if (one.pass().equals(Optional.of(PassId.DECODE)) || one.workload().isEmpty()) {
                continue;
            }
            Workload workload = one.workload().get();
            boolean prefill = one.pass().equals(Optional.of(PassId.PREFILL));
            String name = name(workload) + (prefill ? ", " + PassId.PREFILL.title() : "");
            workloads.putIfAbsent(name, new Workload(workload.model(), 1, workload.tokens()));
            if (prefill) {
                prefills.add(name);
            }
        }
        if (workloads.isEmpty()) {
            return Section.absent(ID, TITLE, "No measurement has a model with known matrix products.");
        }
        List<String> sentences = new ArrayList<>();
        List<String> drawn = Section.first(List.copyOf(workloads.keySet()), MOST_DRAWN, sentences, "models");
        Set<String> products = new LinkedHashSet<>();
        List<Map<String, Object>> bars = new ArrayList<>();
        DataTable.Builder table = new DataTable.Builder()
                .text("model")
                .text("product")
                .text("shape, batch 1")
                .number("count", "")
                .number("FLOPs", "FLOPs")
                .number("share", "share");
        String message = "";
        for (Map.Entry<String, Workload> entry : workloads.entrySet()) {
            Audit audit = prefills.contains(entry.getKey())
                    ? Audit.ofPrefill(entry.getValue(), Convention.EXACT)
                    : Audit.of(entry.getValue(), Convention.EXACT);
            List<Term> forward = audit.terms().stream()
                    .filter(term -> term.pass() == Term.Half.FORWARD)
                    .toList();
            double total = audit.forward().doubleValue();
            int order = 0;
            for (Term term : forward) {
                double share = term.flops().doubleValue() / total;
                table.row()
                        .add(entry.getKey())
                        .add(term.name())
                        .add(term.shape())
                        .add((double) term.count())
                        .add(term.flops().doubleValue())
                        .add(share)
                        .end();
                if (drawn.contains(entry.getKey())) {
                    products.add(term.name());
                    bars.add(bar(entry.getKey(), term, share, order++));
                }
            }
            message = message.isEmpty() ? message(entry.getKey(), forward, audit.forward()) : message;
        }
        return Section.drawn(
                ID,
                TITLE,
                message,
                sentences,
                ChartTemplate.named("terms")
                        .with("models", drawn)
                        .with("products", products)
                        .with("legend", Map.of("orient", "bottom"))
                        .data("terms", bars)
                        .build(),
                table.build(),
                List.of("A product [m x k][k x n] takes 2mkn FLOPs; shown for forward, counting full attention "
                        + "(exact). Backward has two products of the same size for each, so the shares are the same. "
                        + "Softmax, norms, GELU and sums are not counted."));
    }

    private static String name(Workload workload) {
        return workload.model().name() + ", " + workload.tokens() + " tokens";
    }

    private static Map<String, Object> bar(String model, Term term, double share, int order) {
        return Map.of(
                "model", model,
                "product", term.name(),
                "share", share,
                "order", order,
                "label",
                        Answer.percent(share) + ", "
                                + NumberFormat.of(term.flops().doubleValue(), "") + " FLOPs per sequence");
    }

    private static String message(String model, List<Term> terms, BigInteger total) {
        double attention = 0;
        double head = 0;
        for (Term term : terms) {
            double share = term.flops().doubleValue() / total.doubleValue();
            // "scores, window 512": a layer may look at a window alone.
            String product = term.name().split(",", 2)[0];
            attention += Set.of("scores", "values").contains(product) ? share : 0;
            head += term.name().equals("head") ? share : 0;
        }
        return String.format(
                "In %s, attention scores and values take %s of the FLOPs, the output head %s; the rest are the "
                        + "linear layers of the blocks.",
                model, Answer.percent(attention), Answer.percent(head));
    }
}
