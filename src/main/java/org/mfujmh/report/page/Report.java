package org.mfujmh.report.page;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.report.chart.Chart;
import org.mfujmh.report.measured.Answer;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.measured.MeasuredNames;
import org.mfujmh.report.section.AllSection;
import org.mfujmh.report.section.BackwardSection;
import org.mfujmh.report.section.ChangeSection;
import org.mfujmh.report.section.ConventionsSection;
import org.mfujmh.report.section.DevicesSection;
import org.mfujmh.report.section.IterationsSection;
import org.mfujmh.report.section.MemorySection;
import org.mfujmh.report.section.ProvenanceSection;
import org.mfujmh.report.section.RooflineSection;
import org.mfujmh.report.section.Section;
import org.mfujmh.report.section.TelemetrySection;
import org.mfujmh.report.section.TermsSection;
import org.mfujmh.report.section.ThroughputSection;
import org.mfujmh.report.section.UtilisationSection;

/** The report on a set of result files: a page, Markdown, or one chart as an image. */
public final class Report {
    private final Input input;
    private final List<Measured> measured;
    private final Answer answer;
    private final List<Section> sections;

    public Report(Input input) {
        this.input = input;
        this.measured = MeasuredNames.of(input.byLabel());
        this.answer = Answer.of(measured);
        this.sections = Stream.of(
                        ChangeSection.of(input.comparison(), measured),
                        ThroughputSection.of(measured),
                        UtilisationSection.of(measured),
                        DevicesSection.of(measured),
                        RooflineSection.of(measured),
                        TermsSection.of(measured),
                        BackwardSection.of(measured),
                        ConventionsSection.of(measured),
                        MemorySection.of(measured),
                        IterationsSection.of(measured),
                        TelemetrySection.of(measured),
                        AllSection.measurements(measured),
                        AllSection.metrics(measured),
                        ProvenanceSection.of(measured))
                .toList();
    }

    /** The headline; for a comparison of two files, the verdict; for several devices, how they compare. */
    String lead() {
        return input.comparison()
                .filter(files ->
                        ChangeSection.decide(files.before(), files.after()).isAnythingCompared())
                .map(ChangeSection::message)
                .or(() -> DevicesSection.comparison(measured))
                .orElse(answer.lead());
    }

    Input input() {
        return input;
    }

    List<Measured> measured() {
        return measured;
    }

    Answer answer() {
        return answer;
    }

    /** The sections that have data. */
    List<Section> sections() {
        return sections.stream().filter(section -> !section.isAbsent()).toList();
    }

    /** The sections without data, each with the reason. */
    List<Section> absent() {
        return sections.stream().filter(Section::isAbsent).toList();
    }

    /** One self-contained HTML page. */
    public String toHtml() {
        return new HtmlPage(this).render();
    }

    /** Markdown for a pull request or a ticket. */
    public String toMarkdown() {
        return new MarkdownReport(this).render();
    }

    /**
     * One chart as SVG, drawn without a browser; takes seconds.
     *
     * @param id the chart's id on the page, such as {@code throughput}
     * @throws BadInput if these files do not give this chart
     */
    public String toSvg(String id) {
        ChartRenderer.require();
        return new ChartImage(chart(id)).svg();
    }

    /** The same as PNG, with two pixels per point. */
    public byte[] toPng(String id) {
        ChartRenderer.require();
        return new ChartImage(chart(id)).png();
    }

    private Chart chart(String id) {
        List<Chart> charts = sections().stream()
                .flatMap(section -> section.charts().stream())
                .toList();
        return charts.stream()
                .filter(chart -> chart.id().equals(id))
                .findFirst()
                .orElseThrow(() -> whyNot(id, charts));
    }

    private BadInput whyNot(String id, List<Chart> charts) {
        Optional<Section> absent =
                absent().stream().filter(section -> section.id().equals(id)).findFirst();
        return absent.map(section -> new BadInput("There is no chart " + id + " for these files. " + section.message()))
                .orElseGet(() -> DidYouMean.noSuch(
                        "chart", id, charts.stream().map(Chart::id).toList()));
    }
}
