package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model is called by where its config.json lies. */
class ModelPathTest {
    @TempDir
    private Path folder;

    /** The Hugging Face cache has a folder for each commit, which is called by its hash. */
    @ParameterizedTest
    @CsvSource({
        "hub/models--Qwen--Some-0.6B/snapshots/c1899de289a04d12/config.json, Some-0.6B",
        "hub/models--some-alone/snapshots/c1899de289a04d12/config.json, some-alone",
        "mine/snapshots/c1899de289a04d13/config.json, c1899de289a04d13",
        "models--Qwen--Some-0.6B/older/c1899de289a04d14/config.json, c1899de289a04d14",
        "some-folder/config.json, some-folder",
        "some-folder/some-file.json, some-file",
    })
    void aModelIsCalledByItsFolder(String path, String name) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"model_type\": \"llama\"}");
        assertThat(Models.ofFile(file.toString()).architecture().name()).isEqualTo(name);
    }
}
