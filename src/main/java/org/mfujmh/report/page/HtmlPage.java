package org.mfujmh.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.measured.Measured;
import org.mfujmh.report.section.Reproduction;
import org.mfujmh.report.section.Section;

/**
 * The report as one HTML file: the first screen as HTML, charts and tables as data that the page's own script draws.
 * Its Content-Security-Policy allows only the embedded scripts and style, by their hashes, and no network access.
 */
final class HtmlPage {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern HOLE = Pattern.compile("\\{\\{([a-z]+)}}");

    private final Report report;

    HtmlPage(Report report) {
        this.report = report;
    }

    String render() {
        List<String> scripts = new ArrayList<>(PageScripts.vega());
        scripts.add(PageScripts.resource("tables.js"));
        scripts.add(PageScripts.resource("legend.js") + PageScripts.resource("charts.js"));
        String style = PageScripts.resource("page.css");
        Map<String, String> holes = new LinkedHashMap<>();
        holes.put("policy", policy(scripts, style));
        holes.put("title", HtmlText.escape(title()));
        holes.put("style", style);
        holes.put("lead", HtmlText.escape(report.lead()));
        holes.put("files", files());
        holes.put("contents", contents());
        holes.put("answer", new AnswerHtml(report).render());
        holes.put("sections", report.sections().stream().map(HtmlPage::section).collect(Collectors.joining("\n")));
        holes.put("commands", commands());
        holes.put("absent", absent());
        holes.put("data", HtmlText.json(data()));
        holes.put(
                "scripts",
                scripts.stream()
                        .map(script -> "<script>" + script + "</script>")
                        .collect(Collectors.joining("\n")));
        return HOLE.matcher(PageScripts.resource("page.html"))
                .replaceAll(hole -> Matcher.quoteReplacement(holes.get(hole.group(1))));
    }

    private static String policy(List<String> scripts, String style) {
        String allowed = scripts.stream().map(HtmlPage::hash).collect(Collectors.joining(" "));
        return "default-src 'none'; script-src " + allowed + "; style-src " + hash(style)
                + "; img-src data:; base-uri 'none'; form-action 'none'";
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String title() {
        List<String> devices =
                report.measured().stream().map(Measured::device).distinct().toList();
        return "mfu-jmh: " + (devices.size() == 1 ? devices.get(0) : devices.size() + " devices");
    }

    private String files() {
        List<Input.File> files = report.input().files();
        String names = files.stream().limit(6).map(Input.File::label).collect(Collectors.joining(", "));
        return HtmlText.escape(count(report.measured().size(), "measurement") + " in " + count(files.size(), "file")
                + ": " + names + (files.size() > 6 ? " and " + (files.size() - 6) + " more" : ""));
    }

    private static String count(int number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    private String contents() {
        List<String> links = new ArrayList<>(List.of(link("answer", "Answer")));
        report.sections().forEach(section -> links.add(link(section.id(), section.title())));
        links.add(link("commands", "Commands"));
        return String.join("\n", links);
    }

    private static String link(String id, String title) {
        return "<li><a href=\"#" + id + "\">" + HtmlText.escape(title) + "</a></li>";
    }

    private static String section(Section section) {
        String charts = section.charts().stream()
                .map(chart -> "<figure class=\"chart" + (chart.id().startsWith("iterations") ? " small" : "") + "\">"
                        + (section.charts().size() > 1 && !chart.spec().has("title")
                                ? "<figcaption>" + HtmlText.escape(chart.title()) + "</figcaption>"
                                : "")
                        + "<div class=\"plot\" id=\"chart-" + chart.id() + "\" role=\"img\" aria-label=\""
                        + HtmlText.escape(chart.title() + ". " + chart.message()) + "\"></div></figure>")
                .collect(Collectors.joining("\n"));
        String formulas = section.formulas().isEmpty()
                ? ""
                : "<details class=\"formulas\"><summary>How these figures are computed</summary><ul>"
                        + section.formulas().stream()
                                .map(line -> "<li>" + HtmlText.escape(line) + "</li>")
                                .collect(Collectors.joining())
                        + "</ul></details>";
        String table = section.table().isPresent()
                ? "<div class=\"table\" id=\"table-" + section.id() + "\" data-title=\""
                        + HtmlText.escape(section.title()) + "\"></div>"
                : "";
        return "<section id=\"" + section.id() + "\" aria-labelledby=\"h-" + section.id() + "\">"
                + heading(section.id(), section.title())
                + "<p class=\"message\">" + HtmlText.escape(section.message()) + "</p>"
                + (charts.isEmpty() ? "" : "<div class=\"charts\">" + charts + "</div>") + formulas + table
                + "</section>";
    }

    static String heading(String id, String title) {
        return "<h2 id=\"h-" + id + "\">" + HtmlText.escape(title) + " <a class=\"anchor\" href=\"#" + id
                + "\" aria-label=\"Link to " + HtmlText.escape(title) + "\">#</a></h2>";
    }

    private String commands() {
        Map<String, String> commands = Reproduction.commands(report.measured());
        if (commands.isEmpty()) {
            return "<p>These are published figures; see above for their sources.</p>";
        }
        return commands.entrySet().stream()
                .map(one -> "<h3>" + HtmlText.escape(one.getKey()) + "</h3><pre tabindex=\"0\"><code>"
                        + HtmlText.escape(one.getValue()) + "</code></pre>")
                .collect(Collectors.joining("\n"));
    }

    private String absent() {
        if (report.absent().isEmpty()) {
            return "";
        }
        return "<section id=\"absent\" aria-labelledby=\"h-absent\">" + heading("absent", "Not shown, and why") + "<ul>"
                + report.absent().stream()
                        .map(section -> "<li><strong>" + HtmlText.escape(section.title()) + "</strong>: "
                                + HtmlText.escape(section.message()) + "</li>")
                        .collect(Collectors.joining())
                + "</ul></section>";
    }

    private String data() {
        ObjectNode data = MAPPER.createObjectNode();
        ArrayNode charts = data.putArray("charts");
        ObjectNode tables = data.putObject("tables");
        for (Section section : report.sections()) {
            section.charts().forEach(chart -> charts.addObject()
                    .put("id", chart.id())
                    .put("title", chart.title())
                    .set("spec", chart.spec()));
            section.table().ifPresent(table -> tables.set(section.id(), table.toJson()));
        }
        try {
            data.set("light", MAPPER.readTree(PageScripts.theme("light")));
            data.set("dark", MAPPER.readTree(PageScripts.theme("dark")));
            return MAPPER.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The page's data is not valid JSON", e);
        }
    }
}
