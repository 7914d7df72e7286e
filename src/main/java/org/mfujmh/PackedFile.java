package org.mfujmh;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Recognises compressed files and archives by their first bytes, where a text file is expected. */
public final class PackedFile {
    /** @param magic the first bytes, one character per byte */
    private record Format(String name, String magic) {
        boolean begins(byte[] bytes) {
            return new String(bytes, 0, Math.min(bytes.length, magic.length()), StandardCharsets.ISO_8859_1)
                    .equals(magic);
        }
    }

    private static final List<Format> FORMATS = List.of(
            new Format("compressed with gzip", "\u001f\u008b"),
            new Format("compressed with Zstandard", "(\u00b5/\u00fd"),
            new Format("compressed with xz", "\u00fd7zXZ"),
            new Format("compressed with bzip2", "BZh"),
            new Format("a ZIP archive, as Excel's workbooks are", "PK\u0003\u0004"));

    private PackedFile() {}

    /**
     * Refuses a packed file.
     *
     * @param called what messages call the file
     * @param bytes the beginning of the file, or all of it
     * @throws BadInput that says what it is and what to do
     */
    public static void refuse(String called, byte[] bytes) {
        FORMATS.stream().filter(format -> format.begins(bytes)).findFirst().ifPresent(format -> {
            throw new BadInput(called + " is " + format.name + ". Unpack it, or save it as text, first.");
        });
    }
}
