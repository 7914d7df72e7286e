package org.mfujmh.report.page;

import org.mfujmh.BadInput;

/** Checks whether charts can be drawn: the archive of scripts/portable does not contain GraalJS, to stay small. */
final class ChartRenderer {
    private ChartRenderer() {}

    /**
     * Must be called before {@link ChartImage} is loaded, which refers to the renderer. @throws BadInput if it is
     * missing
     */
    static void require() {
        try {
            Class.forName("org.graalvm.polyglot.PolyglotException", false, ChartRenderer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new BadInput(
                    "This archive cannot draw .svg or .png: to stay small, it does not contain the renderer. Write "
                            + "the page, whose charts are drawn by the browser (-o report.html), or copy the result "
                            + "file to a checkout.",
                    e);
        }
    }
}
