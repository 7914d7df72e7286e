package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.Python;
import org.mfujmh.engine.RunnableFamilies;
import org.mfujmh.model.hub.TinyModels;

/**
 * {@code mfu export --config} of a small model of each family: the header of the file against the {@code state_dict} that
 * the Transformers library prints for the same config.json, and the numbers in the library's own class where it is
 * installed.
 */
class HubExportIT {
    /** Longer than the windows of the small models, within the contexts. */
    private static final String TOKENS = "40";

    @TempDir
    private static Path exports;

    static List<String> families() {
        return RunnableFamilies.ALL;
    }

    @BeforeAll
    static void export() {
        for (String family : RunnableFamilies.ALL) {
            Ran ran = Ran.mfu(
                    "export",
                    exports.resolve(family).toString(),
                    "--config",
                    TinyModels.folder(family).toString(),
                    "--dtype",
                    "fp32",
                    "--loss",
                    "cross_entropy",
                    "--seq",
                    TOKENS);
            assertThat(ran.exitCode()).as(family + ": " + ran.err()).isZero();
        }
    }

    @Test
    void mistralsWindowIsShorterThanTheSequence() {
        assertThat(TinyModels.named("mistral").blocks().get(0).attention().window())
                .isBetween(1, Integer.parseInt(TOKENS) - 1);
    }

    /** Strict: a name too many, a name too few or another shape fails. */
    @ParameterizedTest
    @MethodSource("families")
    void weightsAreTheLibrarysStateDict(String family) throws IOException {
        JsonNode header = header(exports.resolve(family).resolve("weights.safetensors"));
        List<String> ours = new ArrayList<>();
        names(header).forEach(name -> ours.add(name + "," + shape(header.path(name))));
        List<String> theirs = Files.readAllLines(TinyModels.folder(family).resolve("state_dict.csv"));
        assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs.subList(1, theirs.size()));
        assertThat(header.at("/__metadata__/format").asText()).isEqualTo("pt");
        assertThat(exports.resolve(family).resolve("config.json"))
                .hasSameBinaryContentAs(TinyModels.folder(family).resolve("config.json"));
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyParameterHasAGradientOfItsShape(String family) throws IOException {
        JsonNode weights = header(exports.resolve(family).resolve("weights.safetensors"));
        JsonNode gradients = header(exports.resolve(family).resolve("gradients.safetensors"));
        List<String> missing = names(weights).stream()
                .filter(name -> !shape(weights.path(name)).equals(shape(gradients.path(name))))
                .toList();
        // A tied head is no parameter of its own.
        assertThat(missing).isEqualTo(TinyModels.named(family).tiedHead() ? List.of("lm_head.weight") : List.of());
    }

    /** Logits, loss and gradients against the library's own class, strict, in float64: scripts/check_export_hub.py. */
    @Test
    void theLibraryComputesTheSame() throws IOException, InterruptedException {
        String said =
                said(0, RunnableFamilies.ALL.stream().map(exports::resolve).toList());
        assertThat(said).contains("All are within bounds.");
    }

    @Test
    void aGradientThatIsNotANumberIsOutOfBounds() throws IOException, InterruptedException {
        Path damaged = Files.createDirectory(exports.resolve("damaged"));
        try (var files = Files.list(exports.resolve("gpt2"))) {
            for (Path file : files.toList()) {
                Files.copy(file, damaged.resolve(file.getFileName()));
            }
        }
        Path gradients = damaged.resolve("gradients.safetensors");
        byte[] bytes = Files.readAllBytes(gradients);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - Float.BYTES, Float.NaN);
        Files.write(gradients, bytes);
        assertThat(said(1, List.of(damaged)))
                .contains("| NOT OK | damaged |", "| nan | nan |", "1 are NOT within bounds.");
    }

    /** What the script prints about these exports. */
    private static String said(int exitCode, List<Path> folders) throws IOException, InterruptedException {
        Optional<String> python = Python.importing("torch, transformers, safetensors");
        assumeTrue(python.isPresent(), "no python3 (or MFU_PYTHON) that can import transformers");
        List<String> command = new ArrayList<>(List.of(python.get(), "scripts/check_export_hub.py"));
        folders.forEach(folder -> command.add(folder.toString()));
        Path file = Files.createTempFile(exports, "said", ".txt");
        Process check = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
        assertThat(check.waitFor(10, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(file);
        assertThat(check.exitValue()).as(said).isEqualTo(exitCode);
        return said;
    }

    private static List<String> names(JsonNode header) {
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        names.remove("__metadata__");
        return names;
    }

    private static String shape(JsonNode tensor) {
        List<String> sizes = new ArrayList<>();
        tensor.path("shape").forEach(size -> sizes.add(size.asText()));
        return String.join("x", sizes);
    }

    /** 8 bytes of length, the header, the data (github.com/huggingface/safetensors). */
    private static JsonNode header(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(json);
        return new ObjectMapper().readTree(json);
    }
}
