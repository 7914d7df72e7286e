package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;

/** A sequence of headings, paragraphs and tables, for results that are more than one table. */
public final class Document {
    private final OutputFormat format;
    private final List<String> blocks = new ArrayList<>();

    /**
     * @param format TEXT or MARKDOWN; the other formats have a single table or value and no prose
     */
    public Document(OutputFormat format) {
        this.format = format;
    }

    public Document heading(String text) {
        blocks.add((format == OutputFormat.MARKDOWN ? "## " : "") + text + "\n");
        return this;
    }

    public Document paragraph(String text) {
        blocks.add(text + "\n");
        return this;
    }

    public Document table(Table table) {
        blocks.add(format.render(table, null));
        return this;
    }

    /** All blocks, separated by empty lines. */
    public String text() {
        return String.join("\n", blocks);
    }
}
