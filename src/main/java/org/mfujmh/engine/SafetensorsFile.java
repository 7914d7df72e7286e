package org.mfujmh.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.WholeFile;

/**
 * Named tensors in a file that every framework reads: the length of a JSON header, the header, the
 * numbers (github.com/huggingface/safetensors). Here only fp32 and int64 are written.
 */
final class SafetensorsFile {
    private static final int HEADER_ALIGNMENT = 8;

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final List<byte[]> data = new ArrayList<>();
    private long end;

    /** @param metadata free text by name, e.g. which model and precision the numbers are of */
    SafetensorsFile(Map<String, String> metadata) {
        header.put("__metadata__", metadata);
    }

    SafetensorsFile add(String name, List<Long> shape, float[] values) {
        byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
        littleEndian(bytes).asFloatBuffer().put(values);
        return add(name, "F32", shape, bytes);
    }

    SafetensorsFile add(String name, List<Long> shape, long[] values) {
        byte[] bytes = new byte[Math.multiplyExact(values.length, Long.BYTES)];
        littleEndian(bytes).asLongBuffer().put(values);
        return add(name, "I64", shape, bytes);
    }

    private SafetensorsFile add(String name, String dtype, List<Long> shape, byte[] bytes) {
        long begin = end;
        end += bytes.length;
        header.put(name, Map.of("dtype", dtype, "shape", shape, "data_offsets", List.of(begin, end)));
        data.add(bytes);
        return this;
    }

    /** @throws org.mfujmh.CannotWrite if that is not possible */
    void write(Path file) {
        WholeFile.write(file, out -> {
            byte[] json = new ObjectMapper().writeValueAsBytes(header);
            int padding = Math.floorMod(-json.length, HEADER_ALIGNMENT);
            byte[] length = new byte[Long.BYTES];
            littleEndian(length).putLong(json.length + padding);
            out.write(length);
            out.write(json);
            out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
            for (byte[] bytes : data) {
                out.write(bytes);
            }
        });
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
