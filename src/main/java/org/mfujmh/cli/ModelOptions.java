package org.mfujmh.cli;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.hub.Models;
import picocli.CommandLine.Option;

/** Which models: known ones by name, those of a config.json, or a GPT described by its sizes. */
final class ModelOptions {
    private static final int GPT2_VOCABULARY = 50257;
    private static final int GPT2_CONTEXT = 1024;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            split = ",",
            description =
                    "A model's name (./mfu models lists them), or the path of a config.json or its folder; or several, separated "
                            + "by commas. Default: ${COMPLETION-CANDIDATES}.",
            completionCandidates = HelpLists.NotebookModels.class)
    private List<String> names = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            split = ",",
            description =
                    "Your own model: its config.json from the Hugging Face hub, or the folder with one; or several, separated by "
                            + "commas.")
    private List<String> configs = List.of();

    @Option(
            names = "--layers",
            paramLabel = "L",
            description = "Your own GPT, with --width and --heads: number of transformer blocks.")
    private Integer layers;

    @Option(names = "--width", paramLabel = "D", description = "Your own GPT: embedding width.")
    private Integer width;

    @Option(
            names = "--heads",
            paramLabel = "H",
            description = "Your own GPT: number of attention heads; must divide the width.")
    private Integer heads;

    @Option(
            names = "--vocab",
            paramLabel = "V",
            description = "Your own GPT: vocabulary size. Default: 50257, as in GPT-2.")
    private Integer vocabulary;

    @Option(
            names = "--context",
            paramLabel = "T",
            description = "Your own GPT: longest sequence. Default: 1024, as in GPT-2.")
    private Integer context;

    /** @throws BadInput if a name is unknown, or a model is described in part or twice */
    List<Architecture> models() {
        boolean own = Stream.of(layers, width, heads, vocabulary, context).anyMatch(Objects::nonNull);
        if (!own) {
            return names.isEmpty() && configs.isEmpty()
                    ? Models.notebook()
                    : Stream.concat(
                                    names.stream().map(ModelOptions::named),
                                    configs.stream().map(ModelOptions::ofFile))
                            .toList();
        }
        if (!names.isEmpty() || !configs.isEmpty()) {
            throw new BadInput(
                    "Name a model with --model, give its --config, or describe a GPT with --layers, --width and"
                            + " --heads, but not several of these.");
        }
        if (layers == null || width == null || heads == null) {
            throw new BadInput("A GPT of your own needs --layers, --width and --heads (and may have --vocab and"
                    + " --context): " + missing() + " is missing.");
        }
        return List.of(Gpt2.of(
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

    /** The model of that name or path; says on standard error where it is not quite what was asked for. */
    static Architecture named(String name) {
        Architecture model = Models.named(name);
        note(name);
        if (!name.equals(model.name())) {
            note(model.name());
        }
        return model;
    }

    private static Architecture ofFile(String config) {
        Architecture model = Models.ofFile(config).architecture();
        note(model.name());
        return model;
    }

    private static void note(String name) {
        Models.noteOn(name).ifPresent(note -> System.err.println("Note: " + note));
    }
}
