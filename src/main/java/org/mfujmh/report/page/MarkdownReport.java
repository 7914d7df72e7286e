package org.mfujmh.report.page;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mfujmh.compare.Interval;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.section.ChangeSection;
import org.mfujmh.report.section.ProvenanceSection;
import org.mfujmh.report.section.Reproduction;
import org.mfujmh.report.text.BindingRoof;
import org.mfujmh.report.text.GateReport;
import org.mfujmh.report.text.NumberFormat;
import org.mfujmh.report.text.PrintedText;
import org.mfujmh.report.text.Table;
import org.mfujmh.schema.MetricId;

/** The report for a pull request: the answer, its warnings, what changed, and the provenance, collapsed. */
final class MarkdownReport {
    private static final int MOST_ROWS = 60;

    private final Report report;

    MarkdownReport(Report report) {
        this.report = report;
    }

    String render() {
        StringBuilder text = new StringBuilder();
        text.append("## ").append(PrintedText.markdown(report.lead())).append("\n\n");
        report.answer().warnings().forEach((kind, measured) -> text.append("- **")
                .append(PrintedText.markdown(kind))
                .append("** (")
                .append(PrintedText.markdown(
                        measured.stream().limit(3).map(Measured::name).collect(Collectors.joining("; "))))
                .append(measured.size() > 3 ? " and " + (measured.size() - 3) + " more" : "")
                .append(")\n"));
        text.append(report.answer().warnings().isEmpty() ? "" : "\n");
        text.append(answer().toMarkdown());
        if (report.measured().size() > MOST_ROWS) {
            text.append(String.format(
                    Locale.ROOT,
                    "\n%,d of %,d measurements; the page (`-o report.html`) has all of them.\n",
                    MOST_ROWS,
                    report.measured().size()));
        }
        report.input().comparison().ifPresent(files -> text.append('\n')
                .append(new GateReport(ChangeSection.decide(files.before(), files.after())).toMarkdown()));
        text.append("\n<details><summary>Details and provenance</summary>\n\n");
        report.sections().stream()
                .filter(section -> !section.charts().isEmpty() && !section.id().equals("change"))
                .forEach(section -> text.append("- **")
                        .append(PrintedText.markdown(section.title()))
                        .append("**: ")
                        .append(PrintedText.markdown(section.message()))
                        .append('\n'));
        text.append('\n').append(provenance()).append(commands()).append("\n</details>\n");
        return text.toString();
    }

    private Table answer() {
        List<Table.Column> columns = List.of(
                Table.Column.text("measurement"),
                Table.Column.text("device"),
                Table.Column.number("value"),
                Table.Column.number(Interval.TITLE),
                Table.Column.number("% of roofline"),
                Table.Column.number("MFU"));
        return new Table(
                columns,
                report.measured().stream()
                        .limit(MOST_ROWS)
                        .map(one -> List.of(
                                one.name(),
                                one.device(),
                                Answer.value(one),
                                one.reading(one.mainMetric())
                                        .filter(reading -> Double.isFinite(reading.low()))
                                        .map(reading ->
                                                Answer.rounded(reading.low()) + " .. " + Answer.rounded(reading.high()))
                                        .orElse("-"),
                                ofRoofline(one),
                                share(one, MetricId.MFU)))
                        .toList());
    }

    /** Of the roof that bounds it, as in the terminal's table. */
    private static String ofRoofline(Measured one) {
        return BindingRoof.of(one.entry())
                .map(roof -> share(one, roof.share()) + " " + roof.words())
                .orElseGet(() -> share(one, MetricId.ROOFLINE_SHARE));
    }

    private static String share(Measured one, MetricId metric) {
        return one.reading(metric)
                .map(reading -> NumberFormat.of(reading.value(), "share"))
                .orElse("-");
    }

    private String provenance() {
        return ProvenanceSection.of(report.measured())
                .table()
                .map(table -> new Table(
                                table.toTable().columns(),
                                table.toTable().rows().stream()
                                        .filter(row -> !row.get(1).startsWith("parameter"))
                                        .limit(MOST_ROWS)
                                        .toList())
                        .toMarkdown())
                .orElse("");
    }

    private String commands() {
        Map<String, String> commands = Reproduction.commands(report.measured());
        return commands.isEmpty()
                ? ""
                : commands.values().stream()
                        .limit(MOST_ROWS)
                        .map(PrintedText::plain)
                        .map(command -> "    " + command)
                        .collect(Collectors.joining("\n", "\nTo reproduce:\n\n", "\n"));
    }
}
