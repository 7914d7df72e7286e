package org.mfujmh.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.Python;

/** What {@code scripts/transformers_peer.py} computes, where the library is installed. */
class TransformersPeerTest {
    /** Writes down the probability of each dropout that is switched on, and 0 for those that are not. */
    private static final String PROGRAM = """
            import sys
            sys.path.insert(0, "scripts")
            import torch, transformers_peer
            dropped, drop = [], torch.nn.functional.dropout
            def seen(x, p=0.5, training=True, inplace=False):
                dropped.append(p if training else 0.0)
                return drop(x, p, training, inplace)
            torch.nn.functional.dropout = seen
            sys.argv = ["", "--config", sys.argv[1], "--ops", sys.argv[2], "--dtype", "float32", "--seq", "8",
                        "--iters", "1", "--warmup", "0"]
            transformers_peer.main()
            print(len(dropped) > 0, max(dropped))
            """;

    @TempDir
    Path folder;

    /** GPT-2's configuration has a dropout of 0.1 by default, and ours has none: neither in a pass nor in a step. */
    @ParameterizedTest
    @ValueSource(strings = {"fwdbwd", "step"})
    void nothingIsDropped(String op) throws Exception {
        Optional<String> python = Python.importing("torch, transformers");
        assumeTrue(python.isPresent(), "no python3 (or MFU_PYTHON) that can import transformers");
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"model_type": "gpt2", "n_layer": 1, "n_embd": 16, "n_head": 2, "vocab_size": 32, "n_positions": 8}""");
        ProcessBuilder builder = new ProcessBuilder(python.get(), "-B", "-c", PROGRAM, config.toString(), op)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).endsWith("True 0.0\n");
    }
}
