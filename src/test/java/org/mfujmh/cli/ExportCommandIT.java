package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files as anyone reads them: the header by the format's description, the numbers by their offsets. */
class ExportCommandIT {

    @TempDir
    Path folder;

    @Test
    void aSmallModelIsExportedWithItsNumbers() throws IOException {
        assertThat(Mfu.execute("export", folder.toString(), "--dtype", "bf16", "--gemm", "upcast", "--seq", "9"))
                .isZero();
        assertThat(folder.resolve("gpt.pt")).isNotEmptyFile();
        Tensors weights = new Tensors(folder.resolve("weights.safetensors"));
        assertThat(weights.header.at("/__metadata__/dtype").asText()).isEqualTo("bf16");
        assertThat(weights.shape("blocks.1.attention.qkv.weight")).isEqualTo("[192,64]");
        // Drawn and kept in bf16, so the lower half of each fp32 number is empty.
        assertThat(weights.bits("head.weight", 5) & 0xffff).isZero();
        assertThat(weights.bits("head.weight", 5)).isNotZero();
        Tensors gradients = new Tensors(folder.resolve("gradients.safetensors"));
        assertThat(gradients.header.size()).isEqualTo(weights.header.size());
        Tensors pass = new Tensors(folder.resolve("pass.safetensors"));
        assertThat(pass.header.at("/ids/dtype").asText()).isEqualTo("I64");
        assertThat(pass.shape("logits")).isEqualTo("[2,9,256]");
        // The gradient of the sum by a row of the head is the sum of what the head multiplies: one for all words.
        assertThat(gradients.bits("head.weight", 64 + 3)).isEqualTo(gradients.bits("head.weight", 3));
    }

    @Test
    void aLargeModelIsExportedWithoutNumbers() {
        assertThat(Mfu.execute("export", folder.toString(), "--model", "gpt-xl", "--gemm", "native"))
                .isZero();
        assertThat(folder.toFile().list()).containsExactly("gpt.pt");
    }

    @Test
    void aSequenceLongerThanTheContextIsBadInput() {
        assertThat(Mfu.execute("export", folder.toString(), "--seq", "65")).isEqualTo(2);
        assertThat(Mfu.execute("export", folder.toString(), "--model", "gpt-huge"))
                .isEqualTo(2);
    }

    /** 8 bytes of length, the header, the data. */
    private static final class Tensors {
        private final JsonNode header;
        private final ByteBuffer data;

        Tensors(Path file) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] json = new byte[Math.toIntExact(bytes.getLong())];
            bytes.get(json);
            header = new ObjectMapper().readTree(json);
            data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        }

        String shape(String name) {
            return header.path(name).path("shape").toString();
        }

        int bits(String name, int index) {
            int begin = header.path(name).path("data_offsets").path(0).asInt();
            return data.getInt(begin + Float.BYTES * index);
        }
    }
}
