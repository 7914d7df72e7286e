package org.mfujmh.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mfujmh.WholeFile;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Tensor;
import org.mfujmh.schema.PassParams;

/**
 * A model written down so that others can check it: the program as libtorch runs it, and the numbers
 * that went into one pass and came out of it. Numbers of 16 bits are widened to fp32, which changes
 * none of them.
 *
 * <p>Files, and the tensors in them (docs/export.md):
 *
 * <ul>
 *   <li>{@code gpt.pt}: the TorchScript archive, for {@code torch.jit.load}; no weights are in it
 *   <li>{@code weights.safetensors}: a tensor a parameter, named as in {@link ParameterLayout}
 *   <li>{@code pass.safetensors}: {@code ids}, {@code targets} [B, T], {@code logits} [B, T, V], {@code loss} [1]
 *   <li>{@code gradients.safetensors}: the gradient of each parameter under the parameter's name
 * </ul>
 */
public final class ModelExport {

    /** Above this many parameters the numbers are left out: gigabytes that no one checks by hand. */
    public static final long MOST_PARAMETERS = 20_000_000;

    private static final long SEED = 1;

    private final ModelSpec spec;

    public ModelExport(ModelSpec spec) {
        this.spec = spec;
    }

    /** Whether the numbers go with the program. */
    public boolean hasNumbers() {
        return spec.config().parameters() <= MOST_PARAMETERS;
    }

    /**
     * Writes the program and, for a small model, the numbers of one pass on the CPU.
     *
     * @param folder made where it is missing; files of the same names are replaced
     * @return what was written, in order
     */
    public List<Path> write(Path folder, int sequences, int tokens) {
        List<Path> written = new ArrayList<>();
        Path archive = folder.resolve("gpt.pt");
        WholeFile.write(archive, TorchScriptArchive.of(spec));
        written.add(archive);
        if (hasNumbers()) {
            try (GptModel model = GptModel.load(spec, "cpu").drawParameters(SEED);
                    TokenBatch batch = model.randomBatch(sequences, tokens, SEED)) {
                written.add(write(folder.resolve("weights.safetensors"), model, model.parameters()));
                model.forward(batch);
                float[] logits = model.results().get(0);
                float loss = model.forwardBackward(batch);
                written.add(write(folder.resolve("gradients.safetensors"), model, model.results()));
                Path pass = folder.resolve("pass.safetensors");
                List<Long> shape = List.of((long) sequences, (long) tokens);
                new SafetensorsFile(metadata())
                        .add("ids", shape, batch.ids())
                        .add("targets", shape, batch.targets())
                        .add(
                                "logits",
                                List.of((long) sequences, (long) tokens, (long)
                                        spec.config().vocabulary()),
                                logits)
                        .add("loss", List.of(1L), new float[] {loss})
                        .write(pass);
                written.add(pass);
            }
        }
        return written;
    }

    private Path write(Path file, GptModel model, List<float[]> values) {
        SafetensorsFile tensors = new SafetensorsFile(metadata());
        List<Tensor> parameters = model.layout().parameters();
        for (int i = 0; i < parameters.size(); i++) {
            tensors.add(parameters.get(i).name(), parameters.get(i).shape(), values.get(i));
        }
        tensors.write(file);
        return file;
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(PassParams.MODEL, spec.config().name());
        metadata.put("layers", String.valueOf(spec.config().layers()));
        metadata.put("heads", String.valueOf(spec.config().heads()));
        metadata.put(PassParams.PROGRAM, spec.program().label());
        metadata.put(PassParams.DTYPE, spec.precision().label());
        metadata.put(PassParams.GEMM, spec.gemm().label());
        metadata.put(PassParams.LOSS, spec.loss().label());
        metadata.put("torch", Torch.version());
        return metadata;
    }
}
