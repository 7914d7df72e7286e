package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder that has our scripts, and stand-ins for the programs that they start.
 *
 * @param root the folder
 */
public record CheckoutOfScripts(Path root) {

    /** Copies these files of ours, by their paths. */
    public static CheckoutOfScripts with(Path root, String... files) throws IOException {
        for (String file : files) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.copy(Path.of(file), root.resolve(file));
        }
        return new CheckoutOfScripts(root.toRealPath());
    }

    /** Writes a shell script in the place of a program. */
    public Path program(String path, String lines) throws IOException {
        Path program = root.resolve(path);
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\n" + lines + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    /** Writes a file. */
    public Path file(String path, String content) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        return Files.writeString(root.resolve(path), content);
    }

    /** A process whose programs are first those of {@code bin}, and whose Java is that of {@code jdk}. */
    public ProcessBuilder process(Path where, Object... words) {
        List<String> command = new ArrayList<>();
        for (Object word : words) {
            command.add(word.toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", root.resolve("bin").toString(), (path, first) -> first + ":" + path);
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        return builder;
    }

    /** What it says, if it ends well. */
    public String said(Path where, Object... words) throws IOException, InterruptedException {
        Process process = process(where, words).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
