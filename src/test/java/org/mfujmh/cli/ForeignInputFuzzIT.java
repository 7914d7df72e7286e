package org.mfujmh.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.mfujmh.compare.Fleet;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Grid;
import org.mfujmh.compare.History;
import org.mfujmh.compare.Matrix;
import org.mfujmh.compare.MetricLabel;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.flops.claims.Claims;
import org.mfujmh.fuzz.Mutant;
import org.mfujmh.model.Precision;
import org.mfujmh.report.measured.Input;
import org.mfujmh.report.page.Report;
import org.mfujmh.report.text.GateFormat;
import org.mfujmh.report.text.HistoryReport;
import org.mfujmh.report.text.MatrixReport;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import org.mfujmh.results.ResultFile;
import org.mfujmh.search.MemorySize;
import org.mfujmh.verify.CheckGroup;
import org.mfujmh.verify.ClaimChecks;

/** Files and values that others wrote are understood or refused in a sentence; nothing else comes of them. */
class ForeignInputFuzzIT {
    private static Path folder;

    @BeforeContainer
    static void make() throws IOException {
        folder = Files.createTempDirectory("mfu-fuzz");
    }

    @AfterContainer
    static void remove() throws IOException {
        try (var files = Files.list(folder)) {
            files.forEach(file -> file.toFile().delete());
        }
        Files.delete(folder);
    }

    @Property(tries = 300, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void claims(@ForAll long seed) {
        List<byte[]> seeds = new ArrayList<>(Mutant.seeds(
                "cli/claims/bom.csv", "cli/claims/more2.csv", "cli/claims/head.csv", "cli/claims/bom.csv"));
        seeds.add("quantity;published;model\nparameters_tied;124439808;gpt-small\n".getBytes(StandardCharsets.UTF_8));
        Mutant.each(seed, seeds, (mutant, random) -> {
            Path file = Files.write(folder.resolve("claims.csv"), mutant);
            Claims.recompute(file);
            CheckGroup checks = new ClaimChecks(file);
            checks.run().table().toText();
            checks.run().remarks();
        });
    }

    @Property(tries = 300, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void peaks(@ForAll long seed) {
        List<byte[]> seeds = List.of(
                "device,names,bf16,fp32,memory_gib,source,cell_sources\nMy card,NVIDIA My Card | NVIDIA My Card 2,123.4,none,24,page 3,bf16: x\n"
                        .getBytes(StandardCharsets.UTF_8),
                "\uFEFFbf16;device;;\r\n12,5;My GPU;;\r\n".getBytes(StandardCharsets.UTF_8),
                "# comment\ndevice,bf16\nL4,1\n".getBytes(StandardCharsets.UTF_8));
        PeakTable shipped = PeakTable.shipped();
        Mutant.each(seed, seeds, (mutant, random) -> {
            Path file = Files.write(folder.resolve("peaks.csv"), mutant);
            PeakTable table = shipped.overriddenBy(file);
            String name = new String(Mutant.of(seeds, random), StandardCharsets.UTF_8);
            table.resolve(name, OptionalInt.of(random.nextInt()), PeakPrecision.BF16)
                    .reason();
            table.resolve("My card", OptionalInt.empty(), PeakPrecision.FP8).reason();
        });
    }

    @Property(tries = 200, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void resultFiles(@ForAll long seed) {
        List<byte[]> seeds = Mutant.seeds(
                "gate/unknown-device/arm_a.json",
                "gate/unknown-device/arm_b.json",
                "cli/locale/gc0_a.json",
                "cli/locale/gc0_b.json",
                "results/suites/hollow.json",
                "gate/baseline.json");
        Mutant.each(seed, seeds, (mutant, random) -> {
            Path file = Files.write(folder.resolve("mutant.json"), mutant);
            List<Entry> entries = Identity.readUnique(file);
            ResultFile.write(folder.resolve("again.json"), entries);
            Files.write(folder.resolve("other.json"), seeds.get(random.nextInt(4)));
            List<Entry> others = Identity.readUnique(folder.resolve("other.json"));
            use(random.nextInt(6), entries, others);
        });
    }

    /** What the commands make of files that could be read. */
    private static void use(int how, List<Entry> entries, List<Entry> others) {
        Map<String, List<Entry>> files = Map.of("a.json", entries, "b.json", others);
        switch (how) {
            case 0 -> gate(Gate.decide(entries, others, GatePolicy.DEFAULT));
            case 1 -> gate(Gate.decide(others, entries, GatePolicy.DEFAULT));
            case 2 -> {
                Matrix matrix = Grid.of(files, "file", List.of(), true)
                        .matrix(MetricLabel.usual(entries), Matrix.Reference.FIRST, Optional.empty());
                new MatrixReport(matrix, Optional.empty()).toText(true);
            }
            case 3 ->
                new HistoryReport(History.of(files, Optional.empty(), Optional.empty()), "as they stand").toText();
            case 4 -> Fleet.of(files, MetricLabel.usual(entries), 0.03, Optional.empty());
            default -> {
                Report report =
                        new Report(Input.of(List.of(new Input.File("a", entries), new Input.File("b", others))));
                report.toMarkdown();
                report.toHtml();
            }
        }
    }

    private static void gate(GateResult result) {
        for (GateFormat format : GateFormat.values()) {
            format.render(result, false);
        }
    }

    @Property(seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void valuesOfOptions(@ForAll long seed) {
        List<byte[]> seeds = List.of(
                "8GiB".getBytes(StandardCharsets.UTF_8),
                "90s".getBytes(StandardCharsets.UTF_8),
                "3%".getBytes(StandardCharsets.UTF_8),
                "-p model=gpt-tiny -p seqLen=16 'a b' \"c\"".getBytes(StandardCharsets.UTF_8),
                "bf16".getBytes(StandardCharsets.UTF_8),
                "12x768x12x50257x1024".getBytes(StandardCharsets.UTF_8));
        Mutant.each(seed, seeds, (mutant, random) -> {
            String value = new String(mutant, StandardCharsets.UTF_8);
            switch (random.nextInt(5)) {
                case 0 -> MemorySize.parse("--memory-limit", value);
                case 1 -> Durations.parse("--timeout", value);
                case 2 -> GatePolicy.threshold(value);
                case 3 -> ShellWords.of(value);
                default -> Precision.of(value);
            }
        });
    }

    /** The commands as a whole, with mutants in the place of their values: a sentence and no bug. */
    @Property(tries = 100, seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void commandLines(@ForAll long seed) {
        List<byte[]> seeds = List.of(
                "flops --model gpt-tiny --batch 2 --seq 16 --convention exact --format csv"
                        .getBytes(StandardCharsets.UTF_8),
                "flops --layers 2 --width 64 --heads 2 --vocab 100 --context 64 --terms"
                        .getBytes(StandardCharsets.UTF_8),
                "peaks NVIDIA_L4 --memory 24GiB --format json".getBytes(StandardCharsets.UTF_8),
                "compare a.json b.json --metric score --by device --relative-to best".getBytes(StandardCharsets.UTF_8),
                "check --baseline a.json b.json --threshold 3% --alpha 0.05".getBytes(StandardCharsets.UTF_8));
        Mutant.each(seed, seeds, (mutant, random) -> {
            String line = new String(mutant, StandardCharsets.UTF_8)
                    .replaceAll("\\b(bench|max-batch|notebook|export|verify|report|published)\\b", "flops");
            Ran ran = Ran.mfu(line.split(" ", -1));
            if (ran.err().contains("This is a bug") || ran.err().contains("\tat ")) {
                throw new AssertionError(ran.err());
            }
        });
    }
}
