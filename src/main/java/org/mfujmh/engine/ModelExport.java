package org.mfujmh.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mfujmh.WholeFile;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.schema.PassParams;

/**
 * A model written down so that others can check it: the program as libtorch runs it, and the numbers
 * that went into one pass and came out of it. Numbers of 16 bits are widened to fp32, which changes
 * none of them.
 *
 * <p>Files, and the tensors in them (docs/internals/numerics.md):
 *
 * <ul>
 *   <li>{@code gpt.pt}: the TorchScript archive, for {@code torch.jit.load}; no weights are in it
 *   <li>{@code weights.safetensors}: a tensor a parameter, named as in {@link ParameterLayout}
 *   <li>{@code pass.safetensors}: {@code ids}, {@code targets} [B, T], {@code logits} [B, T, V], {@code loss} [1]
 *   <li>{@code gradients.safetensors}: the gradient of each parameter under the parameter's name
 *   <li>{@code config.json}, for {@link #forHub}
 * </ul>
 */
public final class ModelExport {

    /** Models with more parameters are exported without numbers, which would take gigabytes. */
    public static final long MOST_PARAMETERS = 20_000_000;

    private static final long SEED = 1;

    private final ModelSpec spec;
    /** The config.json to go with tensors of the Transformers library's names; null: tensors have ours. */
    private final byte[] config;

    /** Tensors have the names of {@link ParameterLayout}, and weights are drawn as those of measured models. */
    public ModelExport(ModelSpec spec) {
        this(spec, null);
    }

    private ModelExport(ModelSpec spec, byte[] config) {
        this.spec = spec;
        this.config = config;
    }

    /**
     * Tensors have the names and shapes of the Transformers library's {@code state_dict}, and weights are drawn so that
     * each of them matters to the logits.
     *
     * @param config the model's config.json, which is written next to them
     */
    public static ModelExport forHub(ModelSpec spec, byte[] config) {
        return new ModelExport(spec, config.clone());
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
        if (config != null) {
            Path copy = folder.resolve("config.json");
            WholeFile.write(copy, config);
            written.add(copy);
        }
        if (hasNumbers()) {
            try (LanguageModel model = withWeights(LanguageModel.load(spec, "cpu"));
                    TokenBatch batch = model.randomBatch(sequences, tokens, SEED)) {
                written.add(write(folder.resolve("weights.safetensors"), model.parameters(), true));
                model.forward(batch);
                float[] logits = model.results().get(0);
                float loss = model.forwardBackward(batch);
                written.add(write(folder.resolve("gradients.safetensors"), model.results(), false));
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

    private LanguageModel withWeights(LanguageModel model) {
        return config == null
                ? model.drawParameters(SEED)
                : model.setParameters(SpreadWeights.draw(spec.config(), model.layout(), SEED));
    }

    /** @param whole whether a tied head, which is no parameter of its own, is written as well */
    private Path write(Path file, List<float[]> values, boolean whole) {
        SafetensorsFile tensors = new SafetensorsFile(metadata());
        ParameterLayout layout = ParameterLayout.of(spec.config(), spec.program());
        if (config == null) {
            List<Tensor> parameters = layout.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                tensors.add(parameters.get(i).name(), parameters.get(i).shape(), values.get(i));
            }
        } else {
            ParameterLayout fused = ParameterLayout.of(spec.config(), Program.FUSED);
            List<float[]> sources = spec.program() == Program.FUSED ? values : convert(layout, values, fused);
            for (HubTensor tensor : HubNames.of(spec.config())) {
                if (whole || tensor.parameter()) {
                    tensors.add(
                            tensor.name(), tensor.shape(), tensor.from(sources.get(fused.indexOf(tensor.source()))));
                }
            }
        }
        tensors.write(file);
        return file;
    }

    private static List<float[]> convert(ParameterLayout from, List<float[]> values, ParameterLayout to) {
        List<double[]> wide = values.stream()
                .map(numbers -> IntStream.range(0, numbers.length)
                        .mapToDouble(i -> numbers[i])
                        .toArray())
                .toList();
        return from.convert(wide, to).stream().map(ModelExport::narrow).toList();
    }

    private static float[] narrow(double[] wide) {
        float[] numbers = new float[wide.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) wide[i];
        }
        return numbers;
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("format", "pt"); // without it the Transformers library's from_pretrained refuses the file
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
