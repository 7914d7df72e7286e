package org.mfujmh.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words of a result file are spelt in {@code schema} alone: a string literal that is one fails here. */
class OneVocabularyTest {
    /** Comments first, so that no literal is looked for in them; then text blocks, strings and characters. */
    private static final Pattern TOKEN = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\"(?<block>.*?)\"\"\"|\"(?<text>(?:[^\"\\\\\\n]|\\\\.)*)\"|'(?:[^'\\\\]|\\\\.)+'",
            Pattern.DOTALL);

    /** Words that mean something else in these files: columns of tables, requests, formats. */
    private static final Map<String, Set<String>> OTHER_THINGS = Map.ofEntries(
            Map.entry("check/PassServer.java", Set.of("gemm")),
            Map.entry("cli/FleetCommand.java", Set.of("device")),
            Map.entry("cli/Mfu.java", Set.of("mfu")),
            Map.entry("device/cpu/CpuName.java", Set.of("model")),
            Map.entry("device/peaks/PeakCsv.java", Set.of("device")),
            Map.entry("engine/ModelExport.java", Set.of("logits", "loss")),
            Map.entry("engine/Numerics.java", Set.of("logits")),
            // attributes of a TorchScript program
            Map.entry("engine/AttributePickle.java", Set.of("accumulation", "checkpoint", "clip")),
            Map.entry("engine/SafetensorsFile.java", Set.of("dtype")),
            Map.entry("engine/TorchScriptArchive.java", Set.of("dtype")),
            Map.entry("engine/DecoderAttributes.java", Set.of("dtype", "weights")),
            Map.entry("suite/batch/ModelMemory.java", Set.of("weights")),
            Map.entry("flops/PerTokenTable.java", Set.of("model")),
            // a field of config.json
            Map.entry("model/hub/ConfigJson.java", Set.of("dtype")),
            Map.entry("flops/claims/ClaimedQuantity.java", Set.of("model")),
            Map.entry("flops/claims/Claims.java", Set.of("model", "tokens_per_s", "weights")),
            Map.entry("notebook/NotebookFigures.java", Set.of("model", "tokens_per_s", "mfu")),
            Map.entry("report/page/MarkdownReport.java", Set.of("device")),
            Map.entry("report/section/AllSection.java", Set.of("model", "device")),
            Map.entry("report/section/DevicesSection.java", Set.of("device")),
            Map.entry("report/section/TermsSection.java", Set.of("model")),
            Map.entry("report/text/FleetReport.java", Set.of("device")),
            Map.entry("report/text/ModelsReport.java", Set.of("model", "weights")),
            Map.entry("report/text/PeakListing.java", Set.of("device")),
            Map.entry("report/text/SuiteReport.java", Set.of("model", "optimizer")),
            Map.entry("results/Difference.java", Set.of("program", "loss")),
            Map.entry("results/Published.java", Set.of("device")));

    private static final Set<String> WORDS = Stream.of(
                    Stream.of(MetricId.values()).map(MetricId::label),
                    Stream.of(PassId.values()).map(PassId::benchmark),
                    Stream.of(PassId.values()).map(PassId::benchmarkClass),
                    PassParams.NAMES.stream(),
                    Stream.of(PassId.MEASURED_AS))
            .flatMap(words -> words)
            .collect(Collectors.toSet());

    private static final Pattern BENCHMARK = Pattern.compile(Stream.of(PassId.values())
            .map(pass -> Pattern.quote(pass.benchmark().substring(PassId.BENCHMARK_PACKAGE.length())))
            .collect(Collectors.joining("|", "(.*\\.)?(", ")")));

    @Test
    void noWordOfAResultFileIsSpeltElsewhere() throws IOException {
        Set<String> found = new TreeSet<>();
        Set<String> excused = new TreeSet<>();
        for (String root : new String[] {"src/main/java/org/mfujmh", "src/jmh/java/org/mfujmh"}) {
            for (Path file : sources(Path.of(root))) {
                String name = Path.of(root).relativize(file).toString().replace('\\', '/');
                Set<String> allowed = OTHER_THINGS.getOrDefault(name, Set.of());
                literals(Files.readString(file))
                        .filter(OneVocabularyTest::isOurs)
                        .forEach(literal ->
                                (allowed.contains(literal) ? excused : found).add(name + ": \"" + literal + "\""));
            }
        }
        assertThat(found).as("say it by a constant of org.mfujmh.schema").isEmpty();
        // An excuse that nobody needs any more would hide the next mistake.
        assertThat(excused)
                .hasSize(OTHER_THINGS.values().stream().mapToInt(Set::size).sum());
    }

    private static Set<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith(root.resolve("schema")))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isOurs(String literal) {
        return WORDS.contains(literal)
                || literal.startsWith(RunProperty.PREFIX)
                || literal.startsWith("-D" + RunProperty.PREFIX)
                || BENCHMARK.matcher(literal).matches();
    }

    private static Stream<String> literals(String source) {
        return TOKEN.matcher(source)
                .results()
                .map(token -> token.group(2) != null ? token.group(2) : token.group(1))
                .filter(literal -> literal != null);
    }

    @Test
    void theScanSeesLiteralsAndNotComments() {
        assertThat(literals("a(\"x\"); // \"y\"\n/* \"z\" */ char c = '\"'; b(\"\\\"mfu\\\"\", \"https://host\");"))
                .containsExactly("x", "\\\"mfu\\\"", "https://host");
        assertThat(Stream.of("seqLen", "mfu.form", "-Dmfu.device=", "b.ForwardBenchmark.forward", "hfu_full"))
                .allMatch(OneVocabularyTest::isOurs);
        assertThat(Stream.of("mfu peaks: no", "a model", "OverheadBenchmark")).noneMatch(OneVocabularyTest::isOurs);
    }
}
