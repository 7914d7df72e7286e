package org.mfujmh.report.page;

import org.mfujmh.BadInput;

/** Whether charts can be drawn here: the archive of scripts/portable leaves GraalJS out, to stay small. */
final class ChartRenderer {
    private ChartRenderer() {}

    /** Has to come before {@link ChartImage} is loaded, which refers to the renderer. @throws BadInput where it is missing */
    static void require() {
        try {
            Class.forName("org.graalvm.polyglot.PolyglotException", false, ChartRenderer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new BadInput(
                    "This archive draws no .svg or .png: it leaves the renderer out to stay small. Write the page, whose"
                            + " charts the browser draws (-o report.html), or copy the result file to where the whole"
                            + " suite is.",
                    e);
        }
    }
}
