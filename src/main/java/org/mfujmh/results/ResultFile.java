package org.mfujmh.results;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mfujmh.BadInput;
import org.mfujmh.PackedFile;
import org.mfujmh.WholeFile;

/** A result file: the JSON array that JMH writes with {@code -rf json} and that every JMH reader accepts. */
public final class ResultFile {
    private ResultFile() {}

    /**
     * Reads any JMH JSON file.
     *
     * @return the entries in the order of the file, at least one
     * @throws BadInput if it is not such a file; the message names the file and the entry
     */
    public static List<Entry> read(Path file) {
        return EntryParser.parseAll(PlainText.of(file.toString()), utf8(bytes(file)));
    }

    private static byte[] bytes(Path file) {
        String name = PlainText.of(file.toString());
        try {
            if (Files.isDirectory(file)) {
                throw new BadInput(name + " is a folder. Name the result files in it.");
            }
            long megabytes = Files.size(file) >> 20;
            long heap = Runtime.getRuntime().maxMemory() >> 20;
            // The bytes, plus up to the same amount for the parsed numbers.
            if (megabytes > Math.min(heap / 2, Integer.MAX_VALUE >> 20)) {
                throw new BadInput(name + " has " + megabytes + " MB, too large for this JVM's heap of " + heap
                        + " MB. Split it, or set a larger heap with JAVA_TOOL_OPTIONS=-Xmx" + 3 * megabytes + "m.");
            }
            byte[] bytes = Files.readAllBytes(file);
            PackedFile.refuse(name, bytes);
            return bytes;
        } catch (NoSuchFileException e) {
            throw new BadInput("There is no file or folder " + name + ".", e);
        } catch (AccessDeniedException e) {
            throw new BadInput(name + " cannot be read: permission denied.", e);
        } catch (IOException e) {
            throw new BadInput(name + " cannot be read: " + PlainText.of(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * JSON is UTF-8; a byte order mark is dropped, and UTF-16, as written by PowerShell's {@code >}, is accepted too.
     */
    private static byte[] utf8(byte[] bytes) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return Arrays.copyOfRange(bytes, 3, bytes.length);
        }
        boolean utf16 = startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF);
        Charset marked = StandardCharsets.UTF_16;
        return utf16 ? new String(bytes, marked).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes entries as one JMH JSON array, atomically ({@link WholeFile}). Each entry is written as it was read.
     *
     * @throws org.mfujmh.CannotWrite if the file cannot be written
     */
    public static void write(Path file, List<Entry> entries) {
        WholeFile.write(file, out -> {
            out.write("[".getBytes(StandardCharsets.UTF_8));
            String separator = "\n    ";
            for (Entry entry : entries) {
                out.write(separator.getBytes(StandardCharsets.UTF_8));
                entry.slice().writeTo(out);
                separator = ",\n    ";
            }
            out.write("\n]\n".getBytes(StandardCharsets.UTF_8));
        });
    }
}
