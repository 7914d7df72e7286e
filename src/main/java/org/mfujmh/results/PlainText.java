package org.mfujmh.results;

/** Makes text from an untrusted file safe for a message on a terminal. */
public final class PlainText {
    private static final int LONGEST = 200;

    private PlainText() {}

    /**
     * Control and formatting characters (terminal escapes, line breaks, bidirectional overrides) become their escaped
     * code units; text of more than 200 characters is truncated.
     */
    public static String of(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length() && plain.length() < LONGEST; ) {
            int c = text.codePointAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.UNASSIGNED,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> {
                    for (char unit : Character.toChars(c)) {
                        plain.append(String.format("\\u%04x", (int) unit));
                    }
                }
                default -> plain.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return plain.length() < LONGEST ? plain.toString() : plain.append("...").toString();
    }
}
