package org.mfujmh.report.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import javax.imageio.ImageIO;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.mfujmh.BadInput;
import org.mfujmh.report.chart.Chart;

/**
 * A chart as a picture without a browser: the same specification through the same Vega as on the page, run by
 * GraalJS, and for PNG drawn by JSVG. The JavaScript has no access to files, network or Java.
 */
final class ChartImage {
    private static final int WIDTH = 640;
    private static final int SCALE = 2;

    /** What Vega expects around it. Its promises are settled when an evaluation ends. */
    private static final String HOST = """
            globalThis.setTimeout = f => { f(); return 0; };
            globalThis.clearTimeout = () => {};
            globalThis.setInterval = () => 0;
            globalThis.clearInterval = () => {};
            globalThis.requestAnimationFrame = f => f();
            globalThis.structuredClone = value => JSON.parse(JSON.stringify(value));
            """;

    static {
        // Where its library cannot be unpacked it interprets, which a chart has time for.
        if (System.getProperty("polyglotimpl.AttachLibraryFailureAction") == null) {
            System.setProperty("polyglotimpl.AttachLibraryFailureAction", "ignore");
        }
    }

    private static final String DRAW = """
            (text, theme) => {
                const state = { svg: null, error: null };
                globalThis.chartState = state;
                const compiled = vegaLite.compile(JSON.parse(text), { config: JSON.parse(theme) }).spec;
                const view = new vega.View(vega.parse(compiled, null, { ast: true }),
                    { renderer: 'none', expr: vegaInterpreter.expressionInterpreter });
                view.toSVG().then(svg => { state.svg = svg; }, error => { state.error = String(error); });
            }
            """;

    private final Chart chart;

    ChartImage(Chart chart) {
        this.chart = chart;
    }

    /** @throws BadInput in the portable archive, which leaves the renderer out */
    private static void requireRenderer() {
        try {
            Class.forName("org.graalvm.polyglot.Engine", false, ChartImage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new BadInput(
                    "This archive draws no charts: it leaves the renderer out to stay small. Copy the result file to a"
                            + " checkout, or write the page instead, which draws its charts in the browser: -o report.html.",
                    e);
        }
    }

    /** @return one SVG document, on white */
    String svg() {
        requireRenderer();
        ObjectNode spec = chart.spec().deepCopy();
        spec.put("width", WIDTH);
        if (!spec.has("title")) {
            spec.put("title", chart.title());
        }
        spec.put("background", "#ffffff");
        spec.put("padding", 12);
        try (Engine engine = Engine.newBuilder()
                        .allowExperimentalOptions(true)
                        .option("engine.WarnInterpreterOnly", "false")
                        .build();
                Context context = Context.newBuilder("js").engine(engine).build()) {
            context.eval("js", HOST);
            PageScripts.vega().forEach(script -> context.eval("js", script));
            context.eval("js", DRAW).execute(spec.toString(), PageScripts.theme("light"));
            String error = context.eval("js", "chartState.error || ''").asString();
            String svg = context.eval("js", "chartState.svg || ''").asString();
            if (!error.isEmpty() || svg.isEmpty()) {
                throw new IllegalStateException("Vega drew no chart " + chart.id() + ": " + error);
            }
            return described(svg);
        } catch (PolyglotException e) {
            throw new IllegalStateException("Vega failed at chart " + chart.id() + ": " + e.getMessage(), e);
        }
    }

    /** What a picture says, for who cannot see it. */
    private String described(String svg) {
        String words = "<title>" + HtmlText.escape(chart.title()) + "</title><desc>" + HtmlText.escape(chart.message())
                + "</desc>";
        return svg.replaceFirst("^(<svg[^>]*)>", "$1 role=\"img\">" + Matcher.quoteReplacement(words)) + "\n";
    }

    /** @return a PNG file of 2 x 2 pixels a point */
    byte[] png() {
        try {
            SVGDocument document = new SVGLoader()
                    .load(
                            new ByteArrayInputStream(svg().getBytes(StandardCharsets.UTF_8)),
                            null,
                            LoaderContext.createDefault());
            if (document == null) {
                throw new IllegalStateException("Chart " + chart.id() + " is no SVG that can be drawn");
            }
            int width = (int) Math.ceil(document.size().width * SCALE);
            int height = (int) Math.ceil(document.size().height * SCALE);
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            document.render(null, graphics, new ViewBox(width, height));
            graphics.dispose();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LinkageError | InternalError e) {
            throw new BadInput(
                    "This Java has no fonts to draw a PNG with (" + e.getMessage() + "): write .svg instead, or install"
                            + " fontconfig and a font.",
                    e);
        }
    }
}
