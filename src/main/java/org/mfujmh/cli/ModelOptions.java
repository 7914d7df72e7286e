package org.mfujmh.cli;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.model.GptConfig;
import picocli.CommandLine.Option;

/** The models of a command: known ones by name, or one given by its dimensions. */
final class ModelOptions {
    private static final int GPT2_VOCABULARY = 50257;
    private static final int GPT2_CONTEXT = 1024;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description = "gpt-small, gpt-medium, gpt-large, gpt-xl (or gpt2 to gpt2-xl) or gpt-tiny, or several, "
                    + "separated by commas. Default: the first four.")
    private List<String> names = List.of();

    @Option(
            names = "--layers",
            paramLabel = "L",
            description = "For your own model, with --width and --heads: number of transformer blocks.")
    private Integer layers;

    @Option(names = "--width", paramLabel = "D", description = "... embedding width.")
    private Integer width;

    @Option(names = "--heads", paramLabel = "H", description = "... number of attention heads; must divide the width.")
    private Integer heads;

    @Option(names = "--vocab", paramLabel = "V", description = "... vocabulary size. Default: 50257, as in GPT-2.")
    private Integer vocabulary;

    @Option(names = "--context", paramLabel = "T", description = "... longest sequence. Default: 1024, as in GPT-2.")
    private Integer context;

    /** @throws BadInput if a name is unknown, or a model is described incompletely or twice */
    List<GptConfig> models() {
        boolean own = Stream.of(layers, width, heads, vocabulary, context).anyMatch(Objects::nonNull);
        if (!own) {
            return names.isEmpty()
                    ? GptConfig.published()
                    : names.stream().map(ModelOptions::named).toList();
        }
        if (!names.isEmpty()) {
            throw new BadInput("Use either --model, or --layers, --width and --heads, not both.");
        }
        if (layers == null || width == null || heads == null) {
            throw new BadInput("Your own model needs --layers, --width and --heads (--vocab and --context are "
                    + "optional): " + missing() + " is missing.");
        }
        return List.of(new GptConfig(
                "custom",
                layers,
                width,
                heads,
                vocabulary == null ? GPT2_VOCABULARY : vocabulary,
                context == null ? GPT2_CONTEXT : context));
    }

    private String missing() {
        return layers == null ? "--layers" : width == null ? "--width" : "--heads";
    }

    /** The model with this name; prints a note on standard error if the name is an alias. */
    static GptConfig named(String name) {
        GptConfig.noteOn(name).ifPresent(note -> System.err.println("Note: " + note));
        return GptConfig.named(name);
    }
}
