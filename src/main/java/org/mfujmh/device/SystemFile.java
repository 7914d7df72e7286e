package org.mfujmh.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads files under {@code /proc} and {@code /sys}. They are treated as bytes, since names of mounts, processes and
 * control groups may be in any encoding and must not break the other lines.
 */
public final class SystemFile {
    /** Enough for thousands of mounts; a larger file is something else. */
    private static final int MOST_BYTES = 16 << 20;

    private SystemFile() {}

    /** The lines of a file, one character per byte (ISO 8859-1); empty if it cannot be read. */
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

    /** Decodes a name in such a line, usually UTF-8. */
    public static String name(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
