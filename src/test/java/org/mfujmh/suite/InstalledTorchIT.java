package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/**
 * The suite, the numerics and the FLOPs that ran, on a PyTorch that is really installed: the one that MFU_TEST_TORCH
 * names, as --torch takes it. .ci/run installs one where pip can; nothing of it is made up here.
 */
class InstalledTorchIT {
    @TempDir
    private Path folder;

    private String torch;

    @BeforeEach
    void find() {
        torch = System.getenv("MFU_TEST_TORCH");
        Assumptions.assumeTrue(
                torch != null && !torch.isBlank(),
                "No installed PyTorch is tested: MFU_TEST_TORCH names none (.ci/run sets it where pip can install one).");
    }

    private RunningSuite mfu(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(RunningSuite.command(folder));
        command.remove(command.size() - 1); // "bench"
        command.addAll(List.of(arguments));
        command.addAll(List.of("--torch", torch));
        return RunningSuite.start(folder, command);
    }

    @Test
    void theSuiteMeasuresItAndRecordsWhichItWas() throws Exception {
        RunningSuite suite = RunningSuite.start(
                folder,
                Map.of("MFU_TORCH", torch),
                "-p model=gpt-tiny -p seqLen=16 -f 2 -wi 0 -i 1 -r 100ms -rff own.json".split(" "));

        assertThat(suite.end()).as(suite.err()).isIn(0, 1);
        List<Entry> entries = ResultFile.read(folder.resolve("own.json"));
        assertThat(entries).hasSize(2);
        for (Entry entry : entries) {
            String version = entry.property("mfu.torch").orElseThrow();
            Path where = Path.of(entry.property("mfu.torchPath").orElseThrow());
            assertThat(Files.readString(where.resolve("version.py"))).contains("'" + version + "'");
            assertThat(entry.property("mfu.torchJni")).get().isIn("compiled", "cached");
        }
    }

    /** A process that the suite starts sees MFU_TORCH, too. */
    @Test
    void bundledIsMeasuredThoughAVariableNamesAnother() throws Exception {
        RunningSuite suite = RunningSuite.start(
                folder,
                Map.of("MFU_TORCH", torch),
                "--torch bundled -p model=gpt-tiny -p seqLen=16 -f 1 -wi 0 -i 1 -r 100ms -rff bundled.json ForwardBenchmark"
                        .split(" "));

        assertThat(suite.end()).as(suite.err()).isIn(0, 1);
        assertThat(suite.err()).doesNotContain("JNI library");
        assertThat(ResultFile.read(folder.resolve("bundled.json")))
                .singleElement()
                .satisfies(entry -> assertThat(entry.property("mfu.torchPath")).isEmpty());
    }

    @Test
    void twoPytorchesAreComparedByInterleavedForksThatEachLoadTheirOwn() throws Exception {
        RunningSuite suite = RunningSuite.start(
                folder,
                Map.of("MFU_TORCH", "/nowhere"),
                ("--torch bundled --torch " + torch + " -p model=gpt-tiny -p seqLen=16 -f 3 -wi 0 -i 1 -r 100ms"
                                + " --threshold 99% -rff two.json ForwardBenchmark")
                        .split(" "));

        Map<String, Set<String>> mapped = suite.libtorchOfForks();
        assertThat(suite.end()).as(suite.err()).isIn(0, 1);
        Entry before = ResultFile.read(folder.resolve("two-against.json")).get(0);
        Entry after = ResultFile.read(folder.resolve("two.json")).get(0);
        String old = before.property("mfu.torch").orElseThrow();
        String installed = after.property("mfu.torch").orElseThrow();
        assertThat(before.property("mfu.torchPath")).isEmpty();
        assertThat(installed).isNotEqualTo(old);
        String itsFolder = after.property("mfu.torchPath").orElseThrow();
        assertThat(mapped).containsOnlyKeys(old, installed);
        assertThat(mapped.get(installed)).containsExactly(itsFolder + "/lib/libtorch_cpu.so");
        assertThat(mapped.get(old)).singleElement().asString().doesNotStartWith(itsFolder);
        assertThat(before.params()).isEqualTo(after.params());
        assertThat(before.property("mfu.form")).isEqualTo(after.property("mfu.form"));
        assertThat(List.of(before, after)).allMatch(entry -> entry.primary().rawData().length >= 3);
        assertThat(suite.err())
                .contains("Before: PyTorch " + old + ", the bundled one. After: PyTorch " + installed + ".")
                .containsSubsequence(
                        "fork 1 of 3 of PyTorch " + old, "fork 1 of 3 of PyTorch " + installed, "fork 2 of 3 of");
        assertThat(suite.out())
                .contains("PyTorch: " + old + " -> " + installed)
                .contains("Is PyTorch " + installed + " faster than PyTorch " + old + ", here?");
    }

    @Test
    void itsNumbersHold() throws Exception {
        RunningSuite verify = mfu("verify", "--numerics");

        assertThat(verify.end()).as(verify.out() + verify.err()).isZero();
        assertThat(verify.out()).containsPattern("All \\d+ checks are ok");
    }

    @Test
    void itExecutesTheFlopsThatAreCounted() throws Exception {
        RunningSuite verify = mfu("verify", "--executed");

        assertThat(verify.end()).as(verify.out() + verify.err()).isZero();
        assertThat(verify.out()).containsPattern("All \\d+ checks are ok");
    }
}
