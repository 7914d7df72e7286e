package org.mfujmh.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that an operating system shows under {@code /proc} and {@code /sys}. They are bytes: the name of a mount, of a
 * process or of a control group may be in any encoding, and must not hide the lines beside it.
 */
public final class SystemFile {
    /** Thousands of mounts fit; what is larger is none of these files. */
    private static final int MOST_BYTES = 16 << 20;

    private SystemFile() {}

    /** Its lines, a character a byte (ISO 8859-1); none where it cannot be read. */
    public static List<String> lines(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return List.of();
            }
            try (InputStream stream = Files.newInputStream(file)) {
                return new String(stream.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList();
            }
        } catch (IOException | SecurityException unreadable) {
            return List.of();
        }
    }

    /** A name out of such a line: its bytes are UTF-8 as a rule. */
    public static String name(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
