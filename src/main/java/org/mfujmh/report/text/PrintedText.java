package org.mfujmh.report.text;

import java.util.regex.Pattern;

/** Makes text from files safe for printing. */
public final class PrintedText {
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]");
    private static final Pattern MARKDOWN = Pattern.compile("[\\\\`*\\[\\]|~]");

    private PrintedText() {}

    /** For a terminal: without control characters, characters that change the writing direction, and line breaks. */
    public static String plain(String text) {
        return INVISIBLE.matcher(text).replaceAll(" ");
    }

    /** For GitHub's Markdown, in a cell or a line: never markup, HTML or a link. */
    public static String markdown(String text) {
        String html = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return MARKDOWN.matcher(html).replaceAll("\\\\$0");
    }

    /** For XML 1.0, in an attribute or text: forbidden characters are dropped, special ones escaped. */
    public static String xml(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("\t", "&#9;")
                .replace("\n", "&#10;")
                .replace("\r", "&#13;");
    }
}
