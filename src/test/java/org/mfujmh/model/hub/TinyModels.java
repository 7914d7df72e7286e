package org.mfujmh.model.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;

/** The config.json files of small models of each family under {@code src/test/resources}. */
public final class TinyModels {
    private static final Path FOLDER = Path.of("src/test/resources/org/mfujmh/model/hub/tiny");

    private TinyModels() {}

    public static List<String> names() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder with that model's files. */
    public static Path folder(String name) {
        return FOLDER.resolve(name);
    }

    public static Architecture named(String name) {
        return ConfigJson.read(folder(name).resolve("config.json")).model(name);
    }
}
