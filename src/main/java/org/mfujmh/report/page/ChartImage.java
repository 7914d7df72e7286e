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
 * Draws a chart as an image without a browser: the same specification and the same Vega as on the page, run by GraalJS;
 * JSVG converts to PNG. The JavaScript has no access to files, network or Java.
 */
final class ChartImage {
    private static final int WIDTH = 640;
    private static final int SCALE = 2;

    /** The browser functions that Vega needs. Promises are resolved when an evaluation ends. */
    private static final String HOST = """
            globalThis.setTimeout = f => { f(); return 0; };
            globalThis.clearTimeout = () => {};
            globalThis.setInterval = () => 0;
            globalThis.clearInterval = () => {};
            globalThis.requestAnimationFrame = f => f();
            globalThis.structuredClone = value => JSON.parse(JSON.stringify(value));
            """;

    static {
        // If its native library cannot be unpacked, GraalJS interprets, which is fast enough for a chart.
        if (System.getProperty("polyglotimpl.AttachLibraryFailureAction") == null) {
            System.setProperty("polyglotimpl.AttachLibraryFailureAction", "ignore");
        }
    }

    private static final String DRAW = """
            (text, theme) => {
                const state = { svg: null, error: null };
                globalThis.chartState = state;
                const spec = JSON.parse(text);
                const config = JSON.parse(theme);
                const columns = legendColumns(spec, spec.width);
                if (columns) config.legend.columns = columns;
                const compiled = vegaLite.compile(spec, { config }).spec;
                const view = new vega.View(vega.parse(compiled, null, { ast: true }),
                    { renderer: 'none', expr: vegaInterpreter.expressionInterpreter });
                view.toSVG().then(svg => { state.svg = svg; }, error => { state.error = String(error); });
            }
            """;

    private final Chart chart;

    ChartImage(Chart chart) {
        this.chart = chart;
    }

    /** @throws BadInput in the portable archive, which does not contain the renderer */
    private static void requireRenderer() {
        try {
            Class.forName("org.graalvm.polyglot.Engine", false, ChartImage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new BadInput(
                    "This archive cannot draw charts: to stay small, it does not contain the renderer. Copy the "
                            + "result file to a checkout, or write the page instead, whose charts are drawn by the "
                            + "browser: -o report.html.",
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
            context.eval("js", PageScripts.resource("legend.js"));
            context.eval("js", DRAW).execute(spec.toString(), PageScripts.theme("light"));
            String error = context.eval("js", "chartState.error || ''").asString();
            String svg = context.eval("js", "chartState.svg || ''").asString();
            if (!error.isEmpty() || svg.isEmpty()) {
                throw new IllegalStateException("Vega did not draw chart " + chart.id() + ": " + error);
            }
            return described(svg);
        } catch (PolyglotException e) {
            throw new IllegalStateException("Vega failed at chart " + chart.id() + ": " + e.getMessage(), e);
        }
    }

    /** Adds the title and the description for screen readers. */
    private String described(String svg) {
        String words = "<title>" + HtmlText.escape(chart.title()) + "</title><desc>" + HtmlText.escape(chart.message())
                + "</desc>";
        return svg.replaceFirst("^(<svg[^>]*)>", "$1 role=\"img\">" + Matcher.quoteReplacement(words)) + "\n";
    }

    /** @return a PNG file with 2 x 2 pixels per point */
    byte[] png() {
        try {
            SVGDocument document = new SVGLoader()
                    .load(
                            new ByteArrayInputStream(svg().getBytes(StandardCharsets.UTF_8)),
                            null,
                            LoaderContext.createDefault());
            if (document == null) {
                throw new IllegalStateException("Chart " + chart.id() + " is not an SVG that can be drawn");
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
                    "This Java has no fonts for drawing a PNG (" + e.getMessage() + "). Write .svg instead, or "
                            + "install fontconfig and a font.",
                    e);
        }
    }
}
