package org.mfujmh.results;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A section of UTF-8 JSON in a file held in memory: entries share the file's bytes instead of copying them. */
final class JsonSlice {
    private final byte[] bytes;
    private final int start;
    private final int end;

    /**
     * @param end the index after its last byte
     */
    JsonSlice(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    String text() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, start, end - start);
    }
}
