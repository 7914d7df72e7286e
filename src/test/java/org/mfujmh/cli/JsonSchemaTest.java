package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.bytes.ByteTerm;
import org.mfujmh.compare.Interval;
import org.mfujmh.compare.Siblings;
import org.mfujmh.compare.Verdict;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.flops.Convention;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.memory.MemoryTerm;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.MaxBatchReport;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.report.text.ThroughputByBatch;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.Probe;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;

/** What commands print as JSON, and what result files record, is what docs/reference/schema says. */
class JsonSchemaTest {
    /** The schema of a command's JSON, where it is not named as the command. */
    private static final Map<String, String> SCHEMA_OF = Map.of("bench", "check");

    private static final String PROPERTIES = "run-properties";

    @TempDir
    private Path folder;

    private static List<String> schemas() throws IOException {
        return PublishedSchema.names();
    }

    @Test
    void eachCommandWithJsonHasASchema() throws IOException {
        Set<String> wanted = new TreeSet<>(Set.of(PROPERTIES));
        Mfu.commandLine().getSubcommands().forEach((name, command) -> Stream.ofNullable(
                        command.getCommandSpec().findOption("--format"))
                .filter(option -> Stream.of(option.type().getEnumConstants())
                        .anyMatch(format -> format.toString().equals("JSON")))
                .forEach(option -> wanted.add(SCHEMA_OF.getOrDefault(name, name))));
        assertThat(schemas()).containsExactlyElementsOf(wanted);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "json_outputs.csv", delimiter = '|', numLinesToSkip = 1)
    void whatACommandPrintsIsWhatItsSchemaSays(String arguments, int exitCode) throws IOException {
        String[] words = arguments.split(" +", -1);
        Ran ran = Ran.mfu(
                Stream.concat(Stream.of(words), Stream.of("--format", "json")).toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
        requireValid(PublishedSchema.of(words[0]), PublishedSchema.read(ran.out()));
    }

    /** Holds a value against its schema, and the schema against the value with one field more, in each of its objects. */
    static void requireValid(PublishedSchema schema, JsonNode value) {
        assertThat(schema.problems(value)).isEmpty();
        for (ObjectNode object : objects(value)) {
            object.putObject("undescribed");
            assertThat(schema.problems(value))
                    .as("a field that %s does not describe, in %s", schema.name(), object)
                    .isNotEmpty();
            object.remove("undescribed");
        }
    }

    /** All objects in a value, of an array those of its first elements and of the last. */
    private static List<ObjectNode> objects(JsonNode value) {
        List<ObjectNode> found = new ArrayList<>();
        if (value instanceof ObjectNode object) {
            found.add(object);
        }
        int i = 0;
        for (JsonNode child : value) {
            if (value.isObject() || i < 3 || i == value.size() - 1) {
                found.addAll(objects(child));
            }
            i++;
        }
        return found;
    }

    @Test
    void aLevelThatRisesFromZeroHasNoRatio() throws IOException {
        Path cases = Path.of("src/test/resources/org/mfujmh/compare/cases/gate-score-falls-to-zero");
        for (int i = 0; i < 6; i++) {
            Files.copy(cases.resolve("fall_b.json"), folder.resolve("run-1" + i + ".json"));
            Files.copy(cases.resolve("fall_a.json"), folder.resolve("run-2" + i + ".json"));
        }
        JsonNode value = PublishedSchema.read(
                Ran.mfu("history", folder.toString(), "--format", "json").out());
        requireValid(PublishedSchema.of("history"), value);
        assertThat(value.findValues("changes").stream().flatMap(changes -> changes.findValues("ratio").stream()))
                .anyMatch(JsonNode::isNull);
    }

    /** JsonSchemaIT runs a search; one that stopped, with throughput, is made up here. */
    @Test
    void aSearchThatStopped() throws IOException {
        ProbedPass pass = new ProbedPass(
                new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.UPCAST, Loss.SUM),
                Pass.FORWARD,
                64,
                "cpu");
        List<Probe> probes = List.of(
                new Probe(1, new ProbeOutcome.Fits(new MemoryUse(1, 3, 3, 0, 0.5))),
                new Probe(2, new ProbeOutcome.OutOfMemory("killed")),
                new Probe(3, new ProbeOutcome.Hung(Duration.ofSeconds(9))));
        SearchResult stopped = new SearchResult(pass, 1000, probes, new SearchResult.Ending.Stopped("it hung"));
        ThroughputByBatch throughput = new ThroughputByBatch(
                List.of(new ThroughputByBatch.ThroughputPoint(1, new Interval(5, Double.NaN, 6, 0.99, List.of()))));
        requireValid(
                PublishedSchema.of("max-batch"),
                PublishedSchema.read(
                        new MaxBatchReport(stopped, new MemoryLimit(1000, 1000, "made up"), "CPU", throughput)
                                .render(OutputFormat.JSON)));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void aSchemaIsOneAndDescribesEachField(String name) throws IOException {
        PublishedSchema schema = PublishedSchema.of(name);
        assertThat(schema.ownProblems()).isEmpty();
        assertThat(schema.text().at("/$schema").asText()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.text().at("/$id").asText()).isEqualTo("urn:mfu-jmh:schema:" + name);
        for (ObjectNode object : objects(schema.text())) {
            if (object.path("type").asText().equals("object")) {
                assertThat(object.has("additionalProperties"))
                        .as("open: %s", object)
                        .isTrue();
            }
            object.path("properties").properties().forEach(field -> assertThat(
                            field.getValue().path("description").asText())
                    .as("%s: %s", name, field.getKey())
                    .endsWith("."));
        }
    }

    @Test
    void theRunPropertiesAreThoseOfTheCode() throws IOException {
        Map<String, String> described = new TreeMap<>();
        PublishedSchema.of(PROPERTIES)
                .text()
                .path("properties")
                .properties()
                .forEach(property -> described.put(
                        property.getKey(), property.getValue().path("title").asText()));
        assertThat(described)
                .containsExactlyInAnyOrderEntriesOf(Arrays.stream(RunProperty.values())
                        .collect(Collectors.toMap(RunProperty::key, RunProperty::title)));
    }

    @Test
    void whatResultFilesRecordIsWhatTheSchemaSays() throws IOException {
        PublishedSchema schema = PublishedSchema.of(PROPERTIES);
        List<Path> files = new ArrayList<>();
        for (String root : new String[] {"results", "docs/lab", "src/test/resources/org/mfujmh/gate"}) {
            try (Stream<Path> found = Files.walk(Path.of(root))) {
                found.filter(file -> file.toString().endsWith(".json")).forEach(files::add);
            }
        }
        Set<String> seen = new TreeSet<>();
        for (Path file : files) {
            for (JsonNode result : PublishedSchema.read(Files.readString(file))) {
                JsonNode properties = runProperties(result);
                assertThat(schema.problems(properties)).as("%s", file).isEmpty();
                properties.fieldNames().forEachRemaining(seen::add);
            }
        }
        assertThat(seen).contains("mfu.device", "mfu.peakTflops", "mfu.cpuModel", "mfu.gpuUuid", "mfu.source");
    }

    /** The properties of this suite in a result's {@code jvmArgs}, by name. */
    static JsonNode runProperties(JsonNode result) throws IOException {
        ObjectNode properties = (ObjectNode) PublishedSchema.read("{}");
        for (JsonNode argument : result.path("jvmArgs")) {
            if (argument.asText().startsWith("-D" + RunProperty.PREFIX)) {
                String[] parts = argument.asText().substring(2).split("=", 2);
                properties.put(parts[0], parts[1]);
            }
        }
        return properties;
    }

    @Test
    void closedListsAreThoseOfTheCode() throws IOException {
        requireList("check", "/$defs/verdict/enum", Stream.of(Verdict.values()).map(Enum::name));
        requireList(
                "fleet",
                "/$defs/siblings/properties/files/items/properties/standing/enum",
                Stream.of(Siblings.Standing.values()).map(Enum::name));
        requireList(
                "flops",
                "/$defs/pass/properties/convention/enum",
                Stream.of(Convention.values()).map(Convention::label));
        requireList(
                "flops",
                "/$defs/byte/properties/dtype/enum",
                Stream.of(Precision.values()).map(Precision::label));
        requireList(
                "flops",
                "/$defs/byte/properties/kind/enum",
                Stream.of(ByteTerm.Moved.values()).map(ByteTerm.Moved::title));
        requireList(
                "flops",
                "/$defs/result/properties/pass/enum",
                Stream.of(PassId.values()).map(PassId::label));
        requireList(
                "memory",
                "/$defs/estimate/properties/pass/enum",
                Stream.of(MemoryPass.values()).map(MemoryPass::label));
        Set<String> terms = new TreeSet<>();
        PublishedSchema.of("memory")
                .text()
                .at("/$defs/estimate/properties")
                .fieldNames()
                .forEachRemaining(terms::add);
        assertThat(terms)
                .containsAll(
                        Stream.of(MemoryTerm.values()).map(MemoryTerm::label).toList());
    }

    private static void requireList(String schema, String pointer, Stream<String> labels) throws IOException {
        List<String> listed = new ArrayList<>();
        PublishedSchema.of(schema).text().at(pointer).forEach(one -> listed.add(one.asText()));
        assertThat(listed).as("%s %s", schema, pointer).containsExactlyInAnyOrderElementsOf(labels.toList());
    }
}
