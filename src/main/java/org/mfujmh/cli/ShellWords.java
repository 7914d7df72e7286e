package org.mfujmh.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.BadInput;

/** A line of arguments, split as a shell does: at blanks, but not within quotes. */
final class ShellWords {
    /** Pieces of a word: quoted either way, or plain. */
    private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|'[^']*'|[^\\s\"'])+");

    private static final Pattern PIECE = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\"']+)");

    private ShellWords() {}

    /** @throws BadInput where a quote is opened and not closed */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        int end = 0;
        while (word.find()) {
            requireBlank(line, line.substring(end, word.start()));
            end = word.end();
            words.add(PIECE.matcher(word.group())
                    .replaceAll(piece -> Matcher.quoteReplacement(piece.group().replaceAll("^([\"'])(.*)\\1$", "$2"))));
        }
        requireBlank(line, line.substring(end));
        return words;
    }

    private static void requireBlank(String line, String between) {
        if (!between.isBlank()) {
            throw new BadInput("A quote is opened and not closed in: " + line);
        }
    }
}
