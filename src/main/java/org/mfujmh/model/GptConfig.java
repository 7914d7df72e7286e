package org.mfujmh.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.schema.PassParams;

/**
 * The shape of a GPT as "Build a Large Language Model (From Scratch)", chapter 4, has it: learned
 * position embeddings, pre-norm blocks with biases on query, key and value, a four times wider MLP
 * with tanh GELU, an output head of its own (untied) without bias, no dropout.
 *
 * @param name how the model is called, e.g. {@code gpt-small}
 * @param layers transformer blocks, L
 * @param width embedding width, d
 * @param heads attention heads; {@code width} is a multiple of it
 * @param vocabulary token ids, V
 * @param context positions, the longest sequence
 */
public record GptConfig(String name, int layers, int width, int heads, int vocabulary, int context) {

    private static final List<GptConfig> PUBLISHED = List.of(
            new GptConfig("gpt-small", 12, 768, 12, 50257, 1024),
            new GptConfig("gpt-medium", 24, 1024, 16, 50257, 1024),
            new GptConfig("gpt-large", 36, 1280, 20, 50257, 1024),
            new GptConfig("gpt-xl", 48, 1600, 25, 50257, 1024));

    private static final Map<String, String> NAMES_OF_GPT2 = Map.of(
            "gpt2", "gpt-small",
            "gpt2-medium", "gpt-medium",
            "gpt2-large", "gpt-large",
            "gpt2-xl", "gpt-xl");

    private static final GptConfig TINY = new GptConfig("gpt-tiny", 2, 64, 2, 256, 64);

    /** @throws BadInput where a size is not positive or the width does not divide by the heads */
    public GptConfig {
        requirePositive("layers", layers);
        requirePositive("width", width);
        requirePositive("heads", heads);
        requirePositive("vocabulary", vocabulary);
        requirePositive("context", context);
        if (width % heads != 0) {
            throw new BadInput("width " + width + " does not divide by " + heads
                    + " heads: every head needs the same whole number of columns.");
        }
    }

    /** The four models of the notebook, smallest first. */
    public static List<GptConfig> published() {
        return PUBLISHED;
    }

    /** The four models of the notebook and {@code gpt-tiny}, which serves tests. */
    public static List<GptConfig> all() {
        return Stream.concat(PUBLISHED.stream(), Stream.of(TINY)).toList();
    }

    /**
     * The model of that name, or of the name that most people have for it: {@code gpt2} is {@code gpt-small}, and so on
     * to {@code gpt2-xl}.
     *
     * @throws BadInput where no model has that name, with the nearest and all that there are
     */
    public static GptConfig named(String name) {
        String ours = NAMES_OF_GPT2.getOrDefault(name, name);
        return all().stream()
                .filter(config -> config.name.equals(ours))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch(
                        PassParams.MODEL,
                        name,
                        all().stream().map(GptConfig::name).toList()));
    }

    /** What a name of GPT-2's was taken for, in a sentence; empty for a name of ours. */
    public static Optional<String> noteOn(String name) {
        return Optional.ofNullable(NAMES_OF_GPT2.get(name))
                .map(GptConfig::named)
                .map(model -> String.format(
                        Locale.ROOT,
                        "%s is measured as %s: the sizes of GPT-2, with an output head of its own (%,d parameters; GPT-2's head"
                                + " shares the token embedding, which makes %,d).",
                        name,
                        model.name,
                        model.parameters(),
                        model.parametersTied()));
    }

    /** Columns of one attention head, d / heads. */
    public int headWidth() {
        return width / heads;
    }

    /** Weights that take part in a matrix product with every token: M = 12 L d^2 + d V. */
    public long matmulWeights() {
        long d = width;
        return Math.addExact(
                Math.multiplyExact(12L * layers, Math.multiplyExact(d, d)), Math.multiplyExact(d, (long) vocabulary));
    }

    /** All parameters, the head with a matrix of its own: weights, biases, norms, both embeddings. */
    public long parameters() {
        long d = width;
        long block = 12 * d * d + 13 * d;
        return 2 * d * vocabulary + d * context + layers * block + 2 * d;
    }

    /** All parameters where the head shares its matrix with the token embedding, as in GPT-2. */
    public long parametersTied() {
        return parameters() - (long) width * vocabulary;
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new BadInput("A model needs at least 1 for " + what + ", not " + value + ".");
        }
    }
}
