package org.mfujmh.report.page;

import org.mfujmh.report.text.PrintedText;

/** Escapes text from files for HTML: no markup, and no invisible characters. */
final class HtmlText {
    private HtmlText() {}

    /** Escapes the text of an element or a quoted attribute. */
    static String escape(String text) {
        return PrintedText.plain(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Escapes JSON for a script element that holds data: nothing in it can end the element. */
    static String json(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }
}
