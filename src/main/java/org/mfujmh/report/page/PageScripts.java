package org.mfujmh.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Loads the page's scripts, styles and themes from the resources. */
final class PageScripts {
    private static final String IMPORT = "import { ascending, isString, DisallowedObjectProperties } from 'vega-util';";
    private static final String EXPORT = "export { expression as expressionInterpreter };";

    private PageScripts() {}

    /** Vega, Vega-Lite, and Vega's interpreter of expressions, in the order in which they run. */
    static List<String> vega() {
        return List.of(resource("vendor/vega.min.js"), resource("vendor/vega-lite.min.js"), interpreter());
    }

    /** Converts the interpreter, which is published only as a module, to a plain script. */
    private static String interpreter() {
        String module = resource("vendor/vega-interpreter.js");
        if (!module.startsWith(IMPORT) || !module.contains(EXPORT)) {
            throw new IllegalStateException("vega-interpreter.js is not the version that PageScripts supports");
        }
        String body = module.substring(IMPORT.length())
                .replace(EXPORT, "return expression;")
                .replaceFirst("//# sourceMappingURL=.*", "");
        return "var vegaInterpreter = { expressionInterpreter: (function ({ ascending, isString,"
                + " DisallowedObjectProperties }) {\n" + body + "\n})(vega) };\n";
    }

    /**
     * @param name light or dark
     * @return Vega's configuration, as JSON
     */
    static String theme(String name) {
        return resource("theme-" + name + ".json");
    }

    static String resource(String name) {
        try (InputStream stream = PageScripts.class.getResourceAsStream("/org/mfujmh/report/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("Missing resource of the report: " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
