package org.mfujmh.report.page;

import org.mfujmh.report.text.PrintedText;

/** Text from files, made fit to stand in HTML: never markup, and nothing invisible. */
final class HtmlText {
    private HtmlText() {}

    /** For an element's text or a quoted attribute. */
    static String escape(String text) {
        return PrintedText.plain(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** JSON for a script element that is data: nothing in it can end the element. */
    static String json(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }
}
