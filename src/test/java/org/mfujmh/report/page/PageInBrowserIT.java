package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.JmhJson;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page as somebody has it before them. */
class PageInBrowserIT {
    private static Browser browser;

    @TempDir
    Path folder;

    private Path page;

    @BeforeAll
    static void start() {
        Optional<Browser> found = Browser.open();
        Assumptions.assumeTrue(found.isPresent(), Browser.WHY_SKIPPED);
        browser = found.get();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void thePageWasQuietAndFetchedNothing() {
        browser.assertQuiet(page);
    }

    private void open(Report report) {
        page = Pages.write(folder, report);
        browser.open(page);
    }

    @Test
    void marksStandWhereTheAxisSaysTheirValueIs() throws IOException {
        open(Pages.of(Pages.REAL_RUN));

        double[] drawn = IntStream.range(0, 2)
                .mapToDouble(i -> browser.number(VALUE_BY_AXIS, "chart-throughput", i))
                .toArray();
        Arrays.sort(drawn);

        double[] inTheFile = tokensPerSecond();
        assertThat(drawn[0]).isCloseTo(inTheFile[0], within(0.005 * inTheFile[1]));
        assertThat(drawn[1]).isCloseTo(inTheFile[1], within(0.005 * inTheFile[1]));
        assertThat(browser.number("return document.querySelectorAll('#chart-throughput .mark-rect path').length"))
                .as("a tick for each of five forks of two measurements")
                .isEqualTo(10);
    }

    /** The i-th large point's value, read off the chart: pixels between two labelled ticks of the horizontal axis. */
    private static final String VALUE_BY_AXIS = """
            const chart = document.getElementById(arguments[0]);
            const at = element => element.getCTM().e;
            const labels = [...chart.querySelectorAll('.role-axis-label')].map(group => [...group.querySelectorAll('text')])
                .find(texts => texts.length > 1 && texts.every(text => /^[0-9,.]+$/.test(text.textContent)));
            const value = text => Number(text.textContent.replaceAll(',', ''));
            const ticks = [...chart.querySelectorAll('.role-axis-tick')].map(group => [...group.querySelectorAll('line')])
                .find(lines => lines.length === labels.length && new Set(lines.map(at)).size > 1);
            const last = labels.length - 1;
            const scale = (value(labels[last]) - value(labels[0])) / (at(ticks[last]) - at(ticks[0]));
            const point = chart.querySelectorAll('.mark-symbol.role-mark path')[arguments[1]];
            return value(labels[0]) + (at(point) - at(ticks[0])) * scale;
            """;

    /** The means over fork means, by nothing but the file. */
    private static double[] tokensPerSecond() throws IOException {
        JsonNode entries = new ObjectMapper().readTree(Files.readAllBytes(Pages.REAL_RUN));
        return StreamSupport.stream(entries.spliterator(), false)
                .mapToDouble(entry -> StreamSupport.stream(
                                entry.at("/secondaryMetrics/tokens_per_s/rawData")
                                        .spliterator(),
                                false)
                        .mapToDouble(fork -> StreamSupport.stream(fork.spliterator(), false)
                                .mapToDouble(JsonNode::asDouble)
                                .average()
                                .orElseThrow())
                        .average()
                        .orElseThrow())
                .sorted()
                .toArray();
    }

    @Test
    void everyChartHasMarksWordsAndATableUnderIt() {
        open(Pages.of(passes()));

        List<String> charts = browser.texts("return [...document.querySelectorAll('.plot')].map(plot => plot.id)");
        assertThat(charts)
                .contains(
                        "chart-throughput",
                        "chart-utilisation",
                        "chart-mfu",
                        "chart-roofline",
                        "chart-flops",
                        "chart-backward",
                        "chart-conventions",
                        "chart-memory",
                        "chart-telemetry-sm_clock_mhz",
                        "chart-telemetry-power_w");
        assertThat(charts).allSatisfy(chart -> {
            assertThat(browser.number(
                            "return document.getElementById(arguments[0]).querySelectorAll('.role-mark path, .role-mark line').length",
                            chart))
                    .as(chart)
                    .isPositive();
            assertThat(browser.text("return document.getElementById(arguments[0]).getAttribute('aria-label')", chart))
                    .as(chart)
                    .hasSizeGreaterThan(20);
            assertThat(browser.number(
                            "return document.getElementById(arguments[0]).closest('section').querySelectorAll('tbody tr').length",
                            chart))
                    .as(chart)
                    .isPositive();
        });
    }

    private static JmhJson[] passes() {
        List<JmhJson> entries = new ArrayList<>();
        for (int batch : List.of(1, 2, 4)) {
            entries.add(Pages.pass(false, batch, 90_000 + 1000 * batch, 0.02, batch));
            entries.add(Pages.pass(true, batch, 29_000 + 500 * batch, 0.02, 100 + batch));
        }
        return entries.toArray(JmhJson[]::new);
    }

    @Test
    void theFirstScreenAnswers() {
        open(Pages.of(Pages.REAL_RUN));

        String answer = browser.text("return document.getElementById('answer').innerText");
        assertThat(answer)
                .contains("818", "99 % interval 778 to 857, 5 forks", "83.2 % of the GEMM roofline", "No MFU");
        assertThat(browser.text("return document.querySelector('h1').textContent"))
                .contains("Intel(R) Xeon(R) Processor", "263 tokens/s", "85.5 %");
        assertThat(browser.number("return document.querySelector('.cards').getBoundingClientRect().bottom"))
                .as("without scrolling")
                .isLessThan(1000);
    }

    @Test
    void aTableSortsBothWaysAndFilters() {
        open(Pages.of(Pages.PUBLISHED));
        WebElement table = browser.driver.findElement(By.id("table-throughput"));
        WebElement value = table.findElement(By.xpath(".//th//button[text()='value']"));

        value.click();
        assertThat(column(table, 3)).first().isEqualTo("468,114");
        assertThat(table.findElements(By.cssSelector("th")).get(2).getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        value.sendKeys(Keys.ENTER);
        assertThat(column(table, 3)).first().isEqualTo("28");

        table.findElement(By.cssSelector("input")).sendKeys("gpt-XL notebook");
        assertThat(column(table, 1)).hasSize(1).first().asString().startsWith("gpt-xl, batch 4");
        assertThat(table.findElement(By.cssSelector("[role=status]")).getText())
                .isEqualTo("1 to 1 of 1 (filtered from 27)");
        table.findElement(By.cssSelector("input")).sendKeys(" nowhere");
        assertThat(column(table, 1)).isEmpty();
    }

    private static List<String> column(WebElement table, int column) {
        return table.findElements(By.cssSelector("tbody td:nth-child(" + column + ")")).stream()
                .map(WebElement::getText)
                .toList();
    }

    @Test
    void aTableIsCopiedAsCsvWithAllItsDigits() throws IOException {
        open(Pages.of(JmhJson.of("a.B.c").param("x", "=1+1").forks(1.0 / 3, 1.0 / 3, 1.0 / 3)));

        List<CSVRecord> rows = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(browser.text("return reportTables.measurements.csv()")))
                .getRecords();

        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).get("value")).isEqualTo("0.333333333");
        assertThat(rows.get(0).get("file")).isEqualTo("test.json");
        assertThat(browser.text("return reportTables.provenance.csv()")).contains(",'=1+1,");
    }

    @Test
    void everyOneOfFiveThousandEntriesCanBeReached() throws IOException {
        JmhJson[] entries = IntStream.rangeClosed(1, 5000)
                .mapToObj(i -> JmhJson.of("org.example.Many.run")
                        .param("size", Integer.toString(i))
                        .param("kind", "kind-" + i % 7)
                        .forks(5, 100 + i, 0.02, i)
                        .secondary("gc.alloc.rate", "MB/sec", i, i, i))
                .toArray(JmhJson[]::new);
        open(Pages.of(entries));

        assertThat(Files.size(page)).isLessThan(10_000_000);
        WebElement table = browser.driver.findElement(By.id("table-measurements"));
        assertThat(table.findElements(By.cssSelector("tbody tr"))).hasSize(20);
        browser.script("reportTables.measurements.turn(1e9)");
        assertThat(column(table, 20)).last().isEqualTo("5,000");
        table.findElement(By.cssSelector("input")).sendKeys("size=4321");
        assertThat(table.findElements(By.cssSelector("tbody tr"))).hasSize(1);
        assertThat(browser.number("return document.querySelectorAll('svg *').length"))
                .isLessThan(20_000);
    }

    @Test
    void whatIsHostileStandsThereAsText() {
        List<JmhJson> entries = new ArrayList<>();
        for (String hostile : Pages.HOSTILE) {
            entries.add(JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                    .param("model", hostile)
                    .param(hostile, hostile)
                    .param("batchSize", hostile)
                    .param("dtype", hostile)
                    .mode("thrpt", hostile)
                    .property("mfu.device", hostile)
                    .property("mfu.peakSource", hostile)
                    .property("mfu.source", "")
                    .property("mfu.commit", hostile)
                    .secondary("tokens_per_s", hostile, 1, 2, 3)
                    .secondary("roofline_share", hostile, 0.1, 0.2, 0.3)
                    .secondary("mfu", hostile, 0.1, 0.2, 0.3)
                    .secondary("power_w", hostile, 1, 2, 3)
                    .secondary(hostile, hostile, 1, 2, 3)
                    .forks(1, 2, 3));
        }
        open(Pages.of(entries.toArray(JmhJson[]::new)));

        assertThat(browser.script("return window.harmed === undefined")).isEqualTo(true);
        assertThat(browser.number("return document.querySelectorAll('img, iframe, object, embed, form').length"))
                .isZero();
        assertThat(browser.number("return document.scripts.length")).isEqualTo(6);
        assertThat(browser.number("return [...document.querySelectorAll('*')].filter(element =>"
                        + " [...element.attributes].some(attribute => attribute.name.startsWith('on'))).length"))
                .isZero();
        assertThat(browser.text("return document.getElementById('table-measurements').textContent"))
                .contains("<script>window.harmed=1</script>", "\"><img src=x onerror=window.harmed=1>", "{{data}}")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void thePolicyRefusesScriptsHandlersAndTheNetwork() {
        open(Pages.of(Pages.REAL_RUN));

        browser.script("""
                const script = document.createElement('script');
                script.textContent = 'window.ranInline = 1';
                document.body.append(script);
                const button = document.createElement('button');
                button.setAttribute('onclick', 'window.ranHandler = 1');
                document.body.append(button);
                button.click();
                try { window.ranEval = (0, eval)('1'); } catch (refused) { window.evalRefused = 1; }
                fetch('http://127.0.0.1:9/').then(() => { window.fetched = 1; }, () => { window.fetchRefused = 1; });
                """);

        assertThat(browser.script(
                        "return [window.ranInline, window.ranHandler, window.fetched].every(x => x === undefined)"))
                .isEqualTo(true);
        assertThat(browser.consoleErrors())
                .anySatisfy(error -> assertThat(error).contains("Content Security Policy"));
        assertThat(browser.requests()).noneSatisfy(url -> assertThat(url).startsWith("http"));
    }

    @Test
    void axeFindsNothingSeriousInLightOrDark() {
        open(Pages.of(Pages.PUBLISHED, Pages.REAL_RUN));

        assertThat(serious()).isEmpty();
        browser.scheme("dark");
        assertThat(serious()).isEmpty();
    }

    /** Legacy mode: the other opens an empty window of its own for the result, which is not this page. */
    @SuppressWarnings("deprecation")
    private static List<String> serious() {
        Results results = new AxeBuilder().setLegacyMode(true).setTimeout(300).analyze(browser.driver);
        assertThat(results.getPasses()).hasSizeGreaterThan(15);
        return results.getViolations().stream()
                .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .map(PageInBrowserIT::described)
                .toList();
    }

    private static String described(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream().limit(3).map(node -> node.getHtml()).toList();
    }

    @Test
    void theDarkPageIsDarkInItsChartsToo() {
        open(Pages.of(Pages.REAL_RUN));
        String inLight = browser.text("return document.querySelector('#chart-throughput text').getAttribute('fill')");

        browser.scheme("dark");

        assertThat(browser.text("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(18, 21, 27)");
        assertThat(browser.text("return document.querySelector('#chart-throughput text').getAttribute('fill')"))
                .isNotEqualTo(inLight);
    }

    @Test
    void nothingIsWiderThanANarrowScreen() {
        browser.width(768);
        open(Pages.of(Pages.PUBLISHED, Pages.REAL_RUN));

        for (int width : List.of(768, 390, 320)) {
            browser.width(width);
            new WebDriverWait(browser.driver, Duration.ofMinutes(5))
                    .until(any ->
                            browser.number("return Math.max(...[...document.querySelectorAll('.plot svg')].map(svg =>"
                                            + " svg.getBoundingClientRect().right))")
                                    <= width + 1);
            assertThat(browser.number("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(width);
        }
    }

    @Test
    void theWordsOfChartsStandWithinThemAndApart() {
        for (Path file : List.of(MANY_MODELS, STEPS_AND_DECODING)) {
            open(Pages.of(file));
            for (int width : List.of(1280, 390)) {
                browser.width(width);
                browser.open(page);
                assertThat(browser.texts(CUT_OFF)).as("%s at %d", file, width).isEmpty();
            }
            browser.width(1280);
            browser.open(page);
            assertThat(browser.texts(OVERLAPPING)).as("%s", file).isEmpty();
            assertThat(browser.texts(OVER_MARKS)).as("%s", file).isEmpty();
        }
    }

    /** Names of files as long as the rows leave room for three: there are five. */
    @Test
    void aLegendHasRoomForAllOfItsNames() {
        open(Pages.of(Path.of("results/nvidia-h100-80gb-hbm3"), MANY_MODELS.getParent()));

        assertThat(browser.texts(CUT_OFF)).isEmpty();
        assertThat(browser.texts("return [...document.querySelectorAll('#chart-throughput .role-legend-label text')]"
                        + ".map(text => text.textContent)"))
                .hasSize(5);
    }

    private static final Path MANY_MODELS = Path.of("results/nvidia-h200/2026-11-26T193751Z.json");
    private static final Path STEPS_AND_DECODING = Path.of("results/nvidia-h200/2026-11-26T224145Z.json");

    private static final String CUT_OFF = """
            return [...document.querySelectorAll('.plot')].flatMap(plot => {
                const box = plot.getBoundingClientRect();
                return [...plot.querySelectorAll('text')].filter(text => {
                    const words = text.getBoundingClientRect();
                    return words.width > 0 && (words.right > box.right + 1 || words.left < box.left - 1);
                }).map(text => plot.id + ': ' + text.textContent);
            });
            """;

    /** Words in the roofline plot that are not an axis's: those of ceilings and batches. */
    private static final String OVERLAPPING = """
            const words = [...document.querySelectorAll('#chart-roofline .mark-text.role-mark text')]
                .map(text => [text.textContent, text.getBoundingClientRect()]);
            return words.flatMap(([one, a], i) => words.slice(i + 1)
                .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3)
                .map(([other]) => one + ' / ' + other));
            """;

    /** Names of ceilings in the roofline plot that hide a mark. */
    private static final String OVER_MARKS = """
            const marks = [...document.querySelectorAll('#chart-roofline .mark-symbol.role-mark path')]
                .map(mark => mark.getBoundingClientRect());
            return [...document.querySelectorAll('#chart-roofline .mark-text.role-mark text')]
                .filter(text => / (TFLOP|GB)\\/s$/.test(text.textContent))
                .map(text => [text.textContent, text.getBoundingClientRect()])
                .filter(([, a]) => marks.some(b =>
                    a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3))
                .map(([one]) => one);
            """;

    @Test
    void hoveringOverAMarkSaysValueIntervalFormulaFileAndEntry() {
        open(Pages.of(Pages.REAL_RUN));
        WebElement mark = browser.driver.findElement(By.cssSelector("#chart-throughput .mark-symbol.role-mark path"));
        browser.script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", mark);

        new Actions(browser.driver).moveToElement(mark).perform();

        assertThat(browser.driver.findElement(By.className("tip")).getText())
                .contains(
                        "tokens/s (99 % interval",
                        "5 forks", "batch size x tokens x invocations/s", "2026-11-24T022902Z.json #");
    }

    @Test
    void paperGetsAllRows() {
        open(Pages.of(Pages.REAL_RUN));
        double onScreen = browser.number("return document.querySelectorAll('#table-provenance tbody tr').length");

        browser.script("window.dispatchEvent(new Event('beforeprint'))");
        assertThat(browser.number("return document.querySelectorAll('#table-provenance tbody tr').length"))
                .isGreaterThan(onScreen)
                .isEqualTo(browser.number("return reportTables.provenance.rows.length"));
        browser.script("window.dispatchEvent(new Event('afterprint'))");

        Map<String, Object> pdf = browser.driver.executeCdpCommand("Page.printToPDF", Map.of());
        assertThat((String) pdf.get("data")).hasSizeGreaterThan(20_000);
    }

    @Test
    void linksToSectionsStayGood() {
        open(Pages.of(Pages.REAL_RUN));

        assertThat(
                        browser.texts(
                                "return [...document.querySelectorAll('nav a, .anchor')].map(link => link.getAttribute('href'))"))
                .isNotEmpty()
                .allSatisfy(
                        link -> assertThat(browser.script("return document.querySelector(arguments[0]) !== null", link))
                                .as(link)
                                .isEqualTo(true));
    }
}
