package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.Numerics;
import org.mfujmh.flops.Audit;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.memory.MemoryEstimate;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryPlan;
import org.mfujmh.memory.MemoryTerm;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Rotary;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.MetricId;

/**
 * The recipes of CONTRIBUTING.md: a GPU and a claim are a line in a CSV file each; a metric is a constant and the
 * value where it is measured; a dense family is its description.
 */
class RecipesTest {
    @TempDir
    private Path folder;

    private Path copyWith(String resource, String line) throws IOException {
        Path copy = Files.copy(
                Path.of("src/main/resources/org/mfujmh").resolve(resource),
                folder.resolve(Path.of(resource).getFileName()));
        return Files.writeString(copy, line + "\n", StandardOpenOption.APPEND);
    }

    @Test
    void aGpuIsALineInPeaks() throws IOException {
        assertThat(Ran.mfu("peaks", "NVIDIA X9000").out()).doesNotContain("2,345");
        Path peaks = copyWith(
                "device/peaks/peaks.csv",
                "X9000,X9000,100,1172.5,2345,2345,none,96,4000,2000,NVIDIA X9000 datasheet,a test,");

        Ran ran = Ran.mfu("peaks", "NVIDIA X9000", "--peaks-csv", peaks.toString(), "--format", "json");

        assertThat(ran.out()).contains("\"matched\" : \"X9000\"").containsPattern("\"bf16_tflops\" : 2345(\\.0)?");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
    }

    @Test
    void aClaimIsALineInClaims() throws IOException {
        // GPT-3, 96 layers of width 12288: 175 B parameters, as Brown et al. print (arXiv 2005.14165, table 2.1).
        Path claims = copyWith(
                "flops/claims/claims.csv",
                "\"GPT-3: parameters\",parameters_tied,96x12288x96x50257x2048,,,,,,,,,,175e9,,holds,,,,arXiv 2005.14165 table 2.1,");

        Ran ran = Ran.mfu("verify", "--claims-from", claims.toString());

        assertThat(ran.out()).containsPattern("GPT-3: parameters .* holds").contains(lines(claims) - 1 + " claims");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
    }

    private static long lines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }

    /**
     * A family that nobody knows, of parts that no known one puts together: layer norms around each half, a gated ReLU,
     * a window, half of each head's columns turned. Its description is all that counts, audit, memory, program and float64
     * reference need.
     */
    @Test
    void aDenseFamilyIsItsDescription() {
        Attention.Grouped attention = new Attention.Grouped(
                4, 2, 16, 6, true, false, Attention.QueryKeyNorm.PER_HEAD, Rotary.of(100, 8), 0.3, 0, false);
        FeedForward mlp = new FeedForward.Mlp(40, Activation.RELU, true, true);
        Block block = new Block(attention, mlp, Norm.layer(0.01), Block.Placement.AROUND);
        Architecture model = new Architecture(
                "new-3l", "nobodys", 48, 64, 32, false, 2, Collections.nCopies(3, block), Norm.layer(0.01), true, 5);
        assertThat(Models.families()).doesNotContain(model.family());

        Workload workload = new Workload(model, 2, 20);
        for (Convention convention : Convention.values()) {
            assertThat(Audit.of(workload, convention).total())
                    .as(convention.label())
                    .isEqualTo(workload.flops(convention, Pass.FORWARD_BACKWARD));
        }
        // 3 layers: query, key and value 32 x (4 + 2 + 2) x 16, out 64 x 32, the gated MLP 3 x 32 x 40; head 32 x 48
        long weights = 3 * (32 * 128 + 64 * 32 + 3 * 32 * 40) + 32 * 48;
        assertThat(workload.flops(Convention.LINEAR_ONLY, Pass.FORWARD)).isEqualTo(2 * weights * 40);
        MemoryEstimate memory =
                MemoryEstimate.of(MemoryPlan.of(model, MemoryPass.DECODE, 2, 20, Precision.FP32, Optional.empty()));
        assertThat(memory.peak().of(MemoryTerm.KV_CACHE)).isEqualTo(2L * 3 * 6 * 2 * 2 * 16 * 4);

        ModelSpec spec = new ModelSpec(model, Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        List<Numerics.Finding> findings = Numerics.againstFloat64(spec);
        assertThat(findings).hasSizeGreaterThan(3).allMatch(Numerics.Finding::ok);
    }

    /** So a new one is named in its description, in its small model, and where the library's names differ from Llama's. */
    @Test
    void aDenseFamilyIsNamedWhereItIsDescribedAndNowhereElse() throws IOException {
        Set<String> described = Set.of("model/Gpt2.java", "engine/TinyModels.java", "engine/HubNames.java");
        Pattern named = Pattern.compile("\"(" + String.join("|", Models.families()) + ")\"");
        Path sources = Path.of("src/main/java/org/mfujmh");
        Set<String> elsewhere = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            for (Path file : files.filter(file -> !file.startsWith("src/test"))
                    .filter(file -> file.toString().matches(".*\\.(java|py)"))
                    .toList()) {
                String name = file.startsWith(sources)
                        ? sources.relativize(file).toString().replace('\\', '/')
                        : file.toString();
                if (!name.startsWith("model/hub/")
                        && !described.contains(name)
                        && named.matcher(Files.readString(file)).find()) {
                    elsewhere.add(name);
                }
            }
        }
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void aMetricIsAConstantOfMetricIdAndNothingElseHasToKnowItToCompareOrShowIt() {
        JmhJson run = JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward").forks(1, 2, 3);
        for (MetricId metric : MetricId.values()) {
            run.secondary(metric.label(), metric.unit(), 1.5, 1.6, 1.7);
        }
        Path file = JmhJson.write(folder.resolve("run.json"), run);
        String labels = Stream.of(MetricId.values()).map(MetricId::label).collect(Collectors.joining(","));

        // The gate does not ask which way it is better, and the page shows it.
        Ran check = Ran.mfu("check", "--baseline", file.toString(), file.toString(), "--metric", labels);
        assertThat(check.err()).doesNotContain("--better");
        assertThat(check.out()).contains(labels.split(",", -1));
        Path page = folder.resolve("report.html");
        assertThat(Ran.mfu("report", file.toString(), "-o", page.toString()).exitCode())
                .isZero();
        assertThat(page).content().contains(labels.split(",", -1));
    }

    @Test
    void aMetricIsEmittedInOnePlace() {
        // Published figures have one that no run emits.
        List<Path> places = List.of(
                Path.of("src/main/java/org/mfujmh/profiler/MfuProfiler.java"),
                Path.of("src/main/java/org/mfujmh/flops/Convention.java"),
                Path.of("src/main/java/org/mfujmh/bytes/ByteConvention.java"),
                Path.of("src/main/java/org/mfujmh/results/Published.java"));
        for (MetricId metric : MetricId.values()) {
            assertThat(places.stream().anyMatch(place -> names(place, metric)))
                    .as("%s is measured in %s", metric, places)
                    .isTrue();
        }
    }

    private static boolean names(Path source, MetricId metric) {
        try {
            return Pattern.compile("MetricId\\." + metric.name() + "\\b")
                    .matcher(Files.readString(source))
                    .find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
