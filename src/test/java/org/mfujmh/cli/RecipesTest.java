package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.MetricId;

/**
 * The recipes of CONTRIBUTING.md: a GPU and a claim are a line in a CSV file each; a metric is a constant and the
 * value where it is measured.
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

        assertThat(ran.out()).containsPattern("GPT-3: parameters .* holds").contains("60 claims");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
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
