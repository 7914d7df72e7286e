package org.mfujmh.engine;

import java.nio.charset.StandardCharsets;

/** A program's text with a mistake in it, for tests of what notices mistakes. */
final class PlantedFault {
    private PlantedFault() {}

    /**
     * The text with each occurrence of a piece replaced.
     *
     * @param fault whose it is, for the message
     * @throws AssertionError if the piece is not there any more: the test would pass without a fault
     */
    static byte[] in(byte[] text, String piece, String instead, Enum<?> fault) {
        String source = new String(text, StandardCharsets.UTF_8);
        if (!source.contains(piece)) {
            throw new AssertionError(
                    "The program has no \"" + piece + "\" any more: plant " + fault + " where it is now");
        }
        return source.replace(piece, instead).getBytes(StandardCharsets.UTF_8);
    }
}
