package org.mfujmh.cli;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.BadInput;

/** Splits a line of arguments as a shell does: at blanks outside quotes. */
final class ShellWords {
    private ShellWords() {}

    /** @throws BadInput if a quote is not closed */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (!Character.isWhitespace(c)) {
                word.append(c);
                begun = true;
            } else if (begun) {
                words.add(word.toString());
                word.setLength(0);
                begun = false;
            }
        }
        if (quote != 0) {
            throw new BadInput("A quote is not closed in: " + line);
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
