package org.mfujmh.model.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.Architecture;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/** Models that are shipped by name as a config.json, and those of a user's own config.json. */
public final class Models {
    private static final String CONFIG = "config.json";

    private static final Map<String, String> NAMES_OF_GPT2 = Map.of(
            "gpt2", "gpt-small",
            "gpt2-medium", "gpt-medium",
            "gpt2-large", "gpt-large",
            "gpt2-xl", "gpt-xl");

    private static final List<String> NOTEBOOK = List.of("gpt-small", "gpt-medium", "gpt-large", "gpt-xl");

    /** In the order of the index. Each is read when it is asked for: a process of the suite needs one of them. */
    private static final List<String> SHIPPED =
            resource("index.txt").lines().filter(line -> !line.isBlank()).toList();

    /** Of those that are shipped, the ones that this process has read. */
    private static final Map<String, Architecture> READ = new ConcurrentHashMap<>();

    /** Of a user's, the ones that this process has read. */
    private static final Map<String, Configured> CONFIGURED = new ConcurrentHashMap<>();

    /** What of them was not taken into account, by the model's name. */
    private static final Map<String, String> NOTES = new ConcurrentHashMap<>();

    /** The paths of those. */
    private static final Map<String, String> PATHS = new ConcurrentHashMap<>();

    private Models() {}

    /**
     * A model of a config.json.
     *
     * @param architecture what it describes
     * @param json what of the file matters, on one line: result files carry it
     */
    public record Configured(Architecture architecture, String json) {}

    /** The four models of the notebook, smallest first. */
    public static List<Architecture> notebook() {
        return NOTEBOOK.stream().map(Models::ofIndex).toList();
    }

    /** The names of {@link #notebook()}. */
    public static List<String> notebookNames() {
        return NOTEBOOK;
    }

    /** All models with a name, {@code gpt-tiny} among them, which serves tests. */
    public static List<Architecture> shipped() {
        return SHIPPED.stream().map(Models::ofIndex).toList();
    }

    /** The {@code model_type}s that are read. */
    public static List<String> families() {
        return Families.all();
    }

    /**
     * The model of that name, or of the name that most people have for it ({@code gpt2} is {@code gpt-small}, and so on
     * to {@code gpt2-xl}), or that a config.json or a folder with one describes; or that has been read in this process;
     * or, in a process of the suite, that its {@code -Dmfu.model} or {@code -Dmfu.model.NAME} describes.
     *
     * @throws BadInput if no model has that name (the message names the nearest and all that exist), or if a
     *     config.json is not supported
     */
    public static Architecture named(String name) {
        String own = NAMES_OF_GPT2.getOrDefault(name, name);
        if (SHIPPED.contains(own)) {
            return ofIndex(own);
        }
        if (CONFIGURED.containsKey(name)) {
            return CONFIGURED.get(name).architecture();
        }
        if (isFile(name)) {
            return ofFile(name).architecture();
        }
        Optional<String> json = jsonOf(name);
        if (json.isPresent()) {
            return ofJson(name, json.get());
        }
        throw DidYouMean.noSuch(PassParams.MODEL, name, SHIPPED);
    }

    /** Whether a model is shipped under that name or another name for it. */
    public static boolean isShipped(String name) {
        return SHIPPED.contains(NAMES_OF_GPT2.getOrDefault(name, name));
    }

    /** Whether that is the path of a file or folder instead of a name. */
    public static boolean isFile(String name) {
        if (isShipped(name)) {
            return false;
        }
        try {
            return name.contains("/") || name.endsWith(".json") || Files.isDirectory(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * The model of a config.json, or of the folder with one, which gives it its name.
     *
     * @throws BadInput if there is no such file, or it is not supported
     */
    public static Configured ofFile(String path) {
        Path given = Path.of(path);
        Path file = file(path);
        ConfigJson config = ConfigJson.read(file);
        String name = nameOf(file);
        if (isShipped(name)) {
            Architecture shipped = named(name);
            if (config.model(name).equals(shipped)) {
                config.notes().ifPresent(notes -> NOTES.put(shipped.name(), notes));
                return new Configured(shipped, config.canonical());
            }
            name += "-own"; // the name stays with the one that is shipped
        }
        Configured model = new Configured(config.model(name), config.canonical());
        config.notes().ifPresent(notes -> NOTES.put(model.architecture().name(), notes));
        Configured known = CONFIGURED.putIfAbsent(name, model);
        if (known != null && !known.json.equals(model.json)) {
            throw new BadInput(
                    "Two models are called " + name + ": " + given
                            + " differs from the one read before. Rename one of the folders, or measure the models separately.");
        }
        PATHS.putIfAbsent(name, path);
        return model;
    }

    /** What another process finds the model of that name by: the path that this process read, else the name itself. */
    public static String asGiven(String name) {
        return PATHS.getOrDefault(name, name);
    }

    /**
     * The config.json of that path, or in that folder.
     *
     * @throws BadInput if there is none
     */
    public static Path file(String path) {
        Path given = Path.of(path);
        Path file = Files.isDirectory(given) ? given.resolve(CONFIG) : given;
        if (!Files.isRegularFile(file)) {
            throw new BadInput(
                    Files.isDirectory(given)
                            ? given + " is a folder without a " + CONFIG + "."
                            : "There is no file " + file + ". Give the " + CONFIG + " of a model, or its folder"
                                    + (isIdOfHub(path) ? "; nothing is downloaded from the Hugging Face hub." : "."));
        }
        return file;
    }

    /** Whether people call a model so on the hub: OWNER/NAME. */
    private static boolean isIdOfHub(String path) {
        return path.matches("[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*") && !path.endsWith(".json");
    }

    /**
     * The configuration that result files and child processes get for a model that is not shipped; empty for a shipped
     * one.
     */
    public static Optional<String> jsonOf(String name) {
        return Optional.ofNullable(CONFIGURED.get(name))
                .map(Configured::json)
                .or(() -> isShipped(name)
                        ? Optional.empty()
                        : Optional.ofNullable(System.getProperty(keyOf(name))).or(RunProperty.MODEL::ofThisProcess));
    }

    /** JVM options that pass on the models that this process has read. */
    public static List<String> childOptions() {
        return CONFIGURED.values().stream()
                .map(model -> "-D" + keyOf(model.architecture().name()) + "=" + model.json())
                .toList();
    }

    private static String keyOf(String name) {
        return RunProperty.MODEL.key() + "." + name;
    }

    /** A model from the text in a result file. */
    public static Architecture ofJson(String name, String json) {
        return ConfigJson.parse("the model " + name, json).model(name);
    }

    /**
     * The folder's name for a config.json, else the file's own; in the Hugging Face cache, whose folders are called by
     * their commits, the model's: {@code models--Qwen--Qwen3-0.6B/snapshots/...} is Qwen3-0.6B.
     */
    private static String nameOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String own = absolute.getFileName().toString();
        Path folder = absolute.getParent();
        boolean byFolder = own.equals(CONFIG) && folder != null && folder.getFileName() != null;
        String name = byFolder ? nameOfFolder(folder) : own.replaceFirst("\\.json$", "");
        return name.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static String nameOfFolder(Path folder) {
        Path snapshots = folder.getParent();
        Path cached = snapshots == null ? null : snapshots.getParent();
        boolean inCache = cached != null
                && cached.getFileName() != null
                && snapshots.endsWith("snapshots")
                && cached.getFileName().toString().startsWith("models--");
        return inCache
                ? cached.getFileName().toString().replaceFirst("^.*--", "")
                : folder.getFileName().toString();
    }

    /**
     * How a GPT-2 name was interpreted, or what of a config.json that this process has read was not, as a sentence;
     * empty for the project's own names.
     */
    public static Optional<String> noteOn(String name) {
        if (NOTES.containsKey(name)) {
            return Optional.of("the config.json of " + name + " " + NOTES.get(name));
        }
        return Optional.ofNullable(NAMES_OF_GPT2.get(name))
                .map(Models::ofIndex)
                .map(model -> String.format(
                        Locale.ROOT,
                        "%s is measured as %s: the sizes of GPT-2, with an output head of its own (%,d parameters; GPT-2's head"
                                + " shares the token embedding, which makes %,d).",
                        name,
                        model.name(),
                        model.parameters(),
                        model.parametersTied()));
    }

    private static Architecture ofIndex(String name) {
        return READ.computeIfAbsent(
                name, any -> ConfigJson.parse(name, resource(name + ".json")).model(name));
    }

    private static String resource(String name) {
        try (InputStream stream = Models.class.getResourceAsStream("shipped/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("shipped/" + name + " is missing from this build.");
            }
            List<String> lines = new ArrayList<>();
            BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            reader.lines().forEach(lines::add);
            return String.join("\n", lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
