package org.mfujmh.report.section;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mfujmh.compare.Interval;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Pass;
import org.mfujmh.report.chart.IntervalChart;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MetricReading;
import org.mfujmh.report.text.ConventionSymbols;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;

/** One run under every FLOPs convention: how much the figures called MFU differ. */
public final class ConventionsSection {
    private static final String ID = "conventions";

    private ConventionsSection() {}

    public static Section of(List<Measured> all) {
        Optional<Measured> run = all.stream()
                .filter(one -> one.workload().isPresent() && one.pass().isPresent())
                .filter(one -> one.reading(MetricId.TOKENS_PER_S).isPresent())
                .max(Comparator.comparing((Measured one) -> one.peakTflops().isPresent())
                        .thenComparing(one -> one.pass().equals(Optional.of(PassId.FORWARD_BACKWARD)))
                        .thenComparing(one ->
                                one.reading(MetricId.TOKENS_PER_S).orElseThrow().forks()));
        return run.map(ConventionsSection::of)
                .orElseGet(() -> Section.absent(
                        ID, "MFU by convention", "No measurement is a pass of a model with known FLOPs."));
    }

    private static Section of(Measured run) {
        Workload workload = run.workload().orElseThrow();
        Pass pass = Pass.of(run.pass().orElseThrow());
        MetricReading tokens = run.reading(MetricId.TOKENS_PER_S).orElseThrow();
        boolean peakKnown = run.peakTflops().isPresent();
        String title = peakKnown ? "MFU by convention" : "FLOP/s by convention";
        String unit = peakKnown ? "share" : "TFLOP/s";
        IntervalChart chart = new IntervalChart(
                ID,
                title,
                peakKnown ? "share of the datasheet peak" : "TFLOP/s, the same time under different counts",
                unit);
        DataTable.Builder table = new DataTable.Builder()
                .text("convention")
                .text("FLOPs per token")
                .number("FLOPs per token, evaluated", "FLOPs")
                .reading(peakKnown ? "MFU" : "TFLOP/s", unit)
                .text("used by")
                .origin();
        List<Double> values = new ArrayList<>();
        for (Convention convention : Convention.values()) {
            double perToken = workload.perToken(convention, pass).doubleValue();
            double scale = peakKnown ? perToken / (run.peakTflops().orElseThrow() * 1e12) : perToken / 1e12;
            Interval scaled = scaled(tokens.interval(), scale);
            String formula = formula(convention, pass);
            chart.add(
                    convention.label(),
                    "",
                    run.name() + ", " + convention.label(),
                    scaled.estimate(),
                    scaled.low(),
                    scaled.high(),
                    tokens.forks(),
                    "tokens/s x (" + formula + ")" + (peakKnown ? " / peak" : ""),
                    run.origin());
            table.row()
                    .add(convention.label())
                    .add(formula)
                    .add(perToken)
                    .add(scaled.estimate())
                    .add(scaled.low())
                    .add(scaled.high())
                    .add(tokens.forks())
                    .add(convention.source())
                    .origin(run)
                    .end();
            values.add(scaled.estimate());
        }
        double low = values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double high = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        String message = String.format(
                Locale.ROOT,
                "One run (%s) under %d conventions: from %s to %s, a factor of %.2f. A utilisation is meaningless "
                        + "without its convention.",
                run.name(),
                values.size(),
                shown(low, unit),
                shown(high, unit),
                high / low);
        String noPeak = peakKnown ? "" : " No peak is recorded with this run, so FLOP/s are shown instead of MFU.";
        return new Section(
                ID, title, message + noPeak, List.of(chart.build(message)), Optional.of(table.build()), symbols(pass));
    }

    private static String formula(Convention convention, Pass pass) {
        return switch (pass) {
            case FORWARD_BACKWARD -> convention.formula();
            case PREFILL -> convention.prefillFormula();
            case DECODE -> convention.decodeFormula();
            case FORWARD -> convention.forwardFormula();
        };
    }

    private static List<String> symbols(Pass pass) {
        List<String> lines = new ArrayList<>(List.of(ConventionSymbols.TOKENS));
        if (pass == Pass.DECODE) {
            lines.add("A decoding step attends to the T tokens in its cache and to its own: T+1.");
        } else if (pass == Pass.PREFILL) {
            lines.add(ConventionSymbols.HEAD + ".");
        }
        lines.addAll(ConventionSymbols.weights(List.of(Convention.values())));
        lines.add(ConventionSymbols.ATTENTION);
        lines.add("See docs/reference/conventions.md for when to use which.");
        return lines;
    }

    private static Interval scaled(Interval interval, double by) {
        return new Interval(
                interval.estimate() * by,
                interval.low() * by,
                interval.high() * by,
                interval.confidence(),
                interval.warnings());
    }

    private static String shown(double value, String unit) {
        return unit.equals("share") ? Answer.percent(value) : Answer.rounded(value) + " " + unit;
    }
}
