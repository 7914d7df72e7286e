package org.mfujmh.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.Python;
import org.mfujmh.model.hub.TinyModels;

/** What {@code scripts/peers} refuses, starts and prints. */
@EnabledOnOs(OS.LINUX)
class PeersIT {
    private static final Path SCRIPTS = Path.of("scripts").toAbsolutePath();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model CONFIG --ops gemm            | --ops gemm compares the products of gpt-tiny",
                "--model CONFIG --ops fwd,gemmbwd     | --ops gemmbwd compares the products of gpt-tiny",
                "--model gpt-small-50304 --ops gemm   | --ops gemm compares the products of gpt-tiny",
                "--model CONFIG --forms sdpa          | form sdpa is a GPT-2 of the book",
                "--ops fwd,decode --forms sdpa        | form sdpa has no KV cache",
                "--ops fwd --forms eager              | there is no form eager",
                "--ops fwd,sample                     | there is no operation sample",
                "--ops decode --forms llama.cpp       | llama.cpp needs --llama-cpp FOLDER",
                "--ops fwd --llama-cpp .              | llama.cpp is compared in decoding only",
                "--ops fwd,decode --llama-cpp . --forms llama.cpp | llama.cpp is compared in decoding only"
            })
    void whatCannotBeComparedIsRefusedBeforeAnythingRuns(String arguments, String why) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(python(), SCRIPTS.resolve("peers").toString()));
        String config = TinyModels.folder("llama").toAbsolutePath().toString();
        command.addAll(List.of(arguments.replace("CONFIG", config).split(" ")));
        assertThat(said(2, command)).contains("error: ").containsIgnoringWhitespaces(why);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--model gpt-tiny        | fwd    | ours notebook sdpa compile",
                "--model gpt-tiny        | decode | ours transformers transformers-compile",
                "--model gpt-tiny        | gemm   | ours torch.mm",
                "--model gpt-small-50304 | fwd    | ours transformers transformers-compile",
                "--model CONFIG          | fwd    | ours transformers transformers-compile",
                "--llama-cpp .           | fwd    | ours notebook sdpa compile",
                "--llama-cpp .           | decode | ours transformers transformers-compile llama.cpp",
                "--forms transformers    | fwd    | ours transformers"
            })
    void eachOperationHasThePeersThatKnowIt(String arguments, String op, String forms) throws Exception {
        String config = TinyModels.folder("llama").toAbsolutePath().toString();
        assertThat(asked(
                        "print(*peers.forms(a, '" + op + "'))",
                        arguments.replace("CONFIG", config) + " --ops decode," + op))
                .isEqualTo(forms);
    }

    /** A contender runs in the suite's own folder. */
    @ParameterizedTest
    @ValueSource(strings = {"mine", "mine/config.json"})
    void pathsAreThoseOfWhoeverCalls(String model) throws Exception {
        Files.createDirectories(folder.resolve("venv/bin"));
        Path python = Files.createFile(folder.resolve("venv/bin/python"));
        Path config = Files.createDirectory(folder.resolve("mine")).resolve("config.json");
        Files.copy(TinyModels.folder("llama").resolve("config.json"), config);
        String commands = asked(
                "a.settled = {'fwd': {'jvmArgs': [], 'gemm': {'label': 'native'}}}; peers.java = lambda *any: []; "
                        + "print(*peers.peer(a, 'transformers', 'fwd')); print(*peers.ours(a, 'fwd'))",
                "--python venv/bin/python --ops fwd --model " + model);
        Path here = folder.toRealPath();
        assertThat(commands.lines().findFirst().orElseThrow())
                .startsWith(here.resolve(folder.relativize(python)) + " ")
                .contains(" --config " + here.resolve("mine/config.json") + " ");
        assertThat(commands.lines().skip(1)).singleElement().asString().contains(" " + here.resolve(model) + " ");
    }

    /** A ratio over both would be of no program that ran. */
    @Test
    void runsOnAnotherPyTorchOrOtherThreadsHaveTablesOfTheirOwn() throws Exception {
        List<String> rows = new ArrayList<>();
        round(rows, 0, "mfu hand native", 2, 100, 50);
        round(rows, 1, "mfu hand native", 2, 110, 50);
        round(rows, 2, "mfu hand native 2.13.0", 2, 200, 50);
        round(rows, 3, "mfu hand native", 1, 40, 40);
        Path file = Files.write(folder.resolve("peers.jsonl"), rows);
        String table = said(
                0, List.of(python(), SCRIPTS.resolve("peers").toString(), "--rounds", "0", "--file", file.toString()));
        List<String> lines = table.lines()
                .filter(line -> line.matches("forward.*|.* x .*\\*.*"))
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo("forward, tokens/s, 2 rounds, 2 turns, 2 threads");
        // The geometric mean of 2 and 2.2.
        assertThat(lines.get(1)).startsWith("torch 2.13.0 sdpa 50.0 2.098 x (");
        assertThat(lines.get(2)).isEqualTo("forward, tokens/s, 1 rounds, 1 turns, 2 threads");
        assertThat(lines.get(3)).startsWith("torch 2.13.0 sdpa 50.0 4.000 x (one round)");
        assertThat(lines.get(4)).isEqualTo("forward, tokens/s, 1 rounds, 1 turns, 1 threads");
        assertThat(lines.get(5)).startsWith("torch 2.13.0 sdpa 40.0 1.000 x (one round)");
    }

    private static void round(List<String> rows, int round, String ours, int threads, double our, double their) {
        String row =
                "{\"round\": %d, \"turn\": 0, \"op\": \"fwd\", \"form\": \"%s\", \"what\": \"%s\", \"threads\": %d, \"value\": %f}";
        rows.add(String.format(Locale.ROOT, row, round, "ours", ours, threads, our));
        rows.add(String.format(Locale.ROOT, row, round, "sdpa", "torch 2.13.0", threads, their));
    }

    /** What a line of Python prints about the script's own {@code a}, its arguments. */
    private String asked(String line, String arguments) throws Exception {
        String program = "import importlib.machinery, importlib.util, sys; "
                + "loader = importlib.machinery.SourceFileLoader('peers', sys.argv.pop(1)); "
                + "peers = importlib.util.module_from_spec(importlib.util.spec_from_loader('peers', loader)); "
                + "loader.exec_module(peers); a = peers.arguments(); " + line;
        List<String> command = new ArrayList<>(
                List.of(python(), "-c", program, SCRIPTS.resolve("peers").toString()));
        command.addAll(List.of(arguments.split(" ")));
        return said(0, command).strip();
    }

    private String said(int exitCode, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
        return said;
    }

    private static String python() throws Exception {
        Optional<String> python = Python.importing("argparse");
        assumeTrue(python.isPresent(), "no python3 (or MFU_PYTHON)");
        return python.get();
    }
}
