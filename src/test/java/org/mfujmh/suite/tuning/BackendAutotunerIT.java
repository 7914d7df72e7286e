package org.mfujmh.suite.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.BadInput;
import org.mfujmh.bench.ForwardBenchmark;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.model.Backend;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.RunningSuite;
import org.mfujmh.suite.plan.Combination;

/** In which form the fused program runs is decided once for all forks, and stays decided. */
class BackendAutotunerIT {
    private static final Combination FORWARD = new Combination(
            "org.mfujmh.bench.ForwardBenchmark.forward",
            Map.of(
                    "model",
                    "gpt-small",
                    "batchSize",
                    "1",
                    "seqLen",
                    "1024",
                    "dtype",
                    "bf16",
                    "program",
                    "fused",
                    "gemm",
                    "upcast",
                    "device",
                    "cpu"));

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(RunProperty.BACKEND.key());
    }

    // ---- the decision

    private static Function<List<TuningKey>, Map<TuningKey, TuningAnswer>> measuring(
            Backend form, List<TuningKey> asked) {
        return questions -> {
            asked.addAll(questions);
            return questions.stream()
                    .collect(Collectors.toMap(
                            one -> one,
                            one -> new TuningAnswer(form.label(), new TreeMap<>(Map.of("hand", 0.1, "plain", 0.2)))));
        };
    }

    private static Entry entry(Combination one, String property) {
        String params = one.params().entrySet().stream()
                .map(param -> "\"" + param.getKey() + "\": \"" + param.getValue() + "\"")
                .collect(Collectors.joining(", "));
        return Entry.parseAll("""
                        [{"benchmark": "%s", "mode": "thrpt", "forks": 1, "measurementIterations": 1, "params": {%s},
                          "jvmArgs": [%s], "primaryMetric": {"score": 1.0, "scoreUnit": "ops/s", "rawData": [[1.0]]},
                          "secondaryMetrics": {}}]
                        """.formatted(one.benchmark(), params, property)).get(0);
    }

    private static Entry measuredIn(Combination one, Backend form) {
        return entry(one, "\"-Dmfu.form=" + form.label() + "\"");
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void goingOnKeepsTheFormThatTheFileWasMeasuredInAndAsksNothing(Backend before) {
        for (Backend now : Backend.values()) {
            List<TuningKey> asked = new ArrayList<>();
            PropertyAutotuner backends = PropertyAutotuner.resolve(
                    List.of(FORWARD), List.of(measuredIn(FORWARD, before)), List.of(), measuring(now, asked));
            assertThat(backends.properties(FORWARD)).isEqualTo(Map.of("mfu.form", before.label()));
            assertThat(asked).isEmpty();
            assertThat(backends.report())
                    .singleElement()
                    .asString()
                    .contains("from the file")
                    .contains(before.inWords());
        }
    }

    /** The backend decides how large the largest batch is: 1 x 1024 tokens are timed whatever comes out. */
    @Test
    void theBackendOfTheLargestBatchIsChosenBeforeItIsSearchedForAndKept() {
        List<TuningKey> asked = new ArrayList<>();
        Combination max = FORWARD.with("batchSize", "max");
        Combination short64 = max.with("seqLen", "64");
        PropertyAutotuner backends = PropertyAutotuner.resolve(
                List.of(max, short64), List.of(), List.of(), measuring(Backend.AUTOGRAD, asked));
        assertThat(asked)
                .extracting(TuningKey::text)
                .containsExactly(
                        "gpt-small:bf16:upcast:sum:forward:1:1024:cpu", "gpt-small:bf16:upcast:sum:forward:16:64:cpu");
        for (Combination one : List.of(max, short64)) {
            assertThat(backends.properties(one)).isEqualTo(Map.of("mfu.form", "plain"));
            for (String found : List.of("3", "24")) {
                Combination numbered = one.with("batchSize", found);
                backends.resolveRest(List.of(numbered));
                assertThat(backends.properties(numbered)).isEqualTo(Map.of("mfu.form", "plain"));
            }
        }
        assertThat(asked).hasSize(2);
        assertThat(backends.report()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void aGateMeasuresInTheFormOfItsBaselineUnlessItsOwnFileHasAnother(Backend baseline) {
        List<TuningKey> asked = new ArrayList<>();
        List<Entry> against = List.of(measuredIn(FORWARD, baseline));
        for (Backend other : Backend.values()) {
            PropertyAutotuner fresh =
                    PropertyAutotuner.resolve(List.of(FORWARD), List.of(), against, measuring(other, asked));
            assertThat(fresh.properties(FORWARD)).containsEntry("mfu.form", baseline.label());
            assertThat(fresh.report()).singleElement().asString().contains("from the baseline");
            PropertyAutotuner goingOn = PropertyAutotuner.resolve(
                    List.of(FORWARD), List.of(measuredIn(FORWARD, other)), against, measuring(other, asked));
            assertThat(goingOn.properties(FORWARD)).containsEntry("mfu.form", other.label());
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whatTheFileDoesNotAnswerIsMeasured() {
        List<TuningKey> asked = new ArrayList<>();
        Combination longer = FORWARD.with("model", "gpt-medium");
        PropertyAutotuner backends = PropertyAutotuner.resolve(
                List.of(FORWARD, longer),
                List.of(measuredIn(FORWARD, Backend.HANDWRITTEN)),
                List.of(),
                measuring(Backend.AUTOGRAD, asked));

        assertThat(asked).containsExactly(BackendTuningKey.of(longer));
        assertThat(backends.properties(FORWARD)).containsEntry("mfu.form", "hand");
        assertThat(backends.properties(longer)).containsEntry("mfu.form", "plain");
        assertThat(backends.report())
                .anySatisfy(
                        line -> assertThat(line)
                                .contains("forward of gpt-medium bf16 upcast 1 x 1024 tokens")
                                .contains(
                                        "autograd (measured with two layers: handwritten 100.0 ms, autograd 200.0 ms; no other was 5 % faster in every round, so the default stays)"));
        // A file from before the form was recorded says nothing of it.
        assertThat(PropertyAutotuner.resolve(
                                List.of(FORWARD),
                                List.of(entry(FORWARD, "")),
                                List.of(),
                                measuring(Backend.AUTOGRAD, asked))
                        .properties(FORWARD))
                .containsEntry("mfu.form", "plain");
    }

    @Test
    void aFormIsAQuestionOfTheFusedProgramOnACpuAlone() {
        assertThat(BackendTuningKey.isAskedBy(FORWARD)).isTrue();
        assertThat(BackendTuningKey.isAskedBy(FORWARD.with("program", "notebook")))
                .isFalse();
        assertThat(BackendTuningKey.isAskedBy(FORWARD.with("device", "cuda:0"))).isFalse();
        assertThat(BackendTuningKey.of(FORWARD.with("batchSize", "8"))).isEqualTo(BackendTuningKey.of(FORWARD));
        assertThat(BackendTuningKey.of(new Combination(PassId.FORWARD_BACKWARD.benchmark(), FORWARD.params())))
                .isNotEqualTo(BackendTuningKey.of(FORWARD));
        BackendTuningKey question = BackendTuningKey.of(FORWARD);
        assertThat(BackendTuningKey.parse(question.text())).isEqualTo(question);
    }

    @Test
    void whereItCannotBeMeasuredTheForksDecideAndItIsSaid() {
        PropertyAutotuner backends = PropertyAutotuner.resolve(List.of(FORWARD), List.of(), List.of(), questions -> {
            throw new BadInput("no memory");
        });
        backends.resolveRest(List.of(FORWARD)); // once a largest batch has its number: what failed is not tried again
        assertThat(backends.properties(FORWARD)).isEmpty();
        assertThat(backends.report())
                .singleElement()
                .asString()
                .contains("each fork chooses for itself")
                .endsWith("no memory");
    }

    @Test
    void twoFilesInDifferentFormsAreComparedWithANote() {
        List<Difference> differences =
                Difference.between(measuredIn(FORWARD, Backend.HANDWRITTEN), measuredIn(FORWARD, Backend.AUTOGRAD));
        assertThat(differences).singleElement().satisfies(one -> {
            assertThat(one).hasToString("backend of the fused program: hand -> plain");
            assertThat(one.incomparable()).isFalse();
        });
    }

    // ---- and what obeys it

    @ParameterizedTest
    @EnumSource(names = {"HANDWRITTEN", "AUTOGRAD"})
    void aForkRunsTheFormThatItIsTold(Backend form) {
        System.setProperty(RunProperty.BACKEND.key(), form.label());
        ForwardBenchmark.Forward state = new ForwardBenchmark.Forward();
        state.model = "gpt-tiny";
        state.batchSize = "1";
        state.seqLen = "64";
        state.dtype = "fp32";
        state.program = "fused";
        state.gemm = "native";
        state.device = "cpu";
        state.build();
        List<ExecutedOp> operations = OperatorTrace.during(state::run);
        state.close();
        // Only the plain form leaves attention to libtorch.
        assertThat(operations.stream().anyMatch(one -> one.operator().contains("scaled_dot_product")))
                .isEqualTo(form == Backend.AUTOGRAD);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theWholeSuiteDecidesOnceRecordsItAndGoesOnWithIt() throws Exception {
        Path file = folder.resolve("r.json");
        String[] run = {
            "-p",
            "model=gpt-tiny",
            "-p",
            "seqLen=64",
            "-p",
            "dtype=fp32",
            "-f",
            "2",
            "-wi",
            "0",
            "-i",
            "1",
            "-r",
            "50ms",
            "-rff",
            file.toString(),
            "ForwardBenchmark.forward"
        };
        RunningSuite first = RunningSuite.start(folder, run);
        assertThat(first.end()).as(first.err()).isZero();
        String form = ResultFile.read(file).get(0).property("mfu.form").orElseThrow();
        assertThat(first.err())
                .contains("Backend of fused, forward of gpt-tiny fp32 native 1 x 64 tokens: "
                        + Backend.of(form).inWords() + " (measured");

        // As if the other form had come out; the recording pass asks the same question.
        String other = form.equals("hand") ? "plain" : "hand";
        Files.writeString(file, Files.readString(file).replace("mfu.form=" + form, "mfu.form=" + other));
        List<String> more = new ArrayList<>(List.of(run));
        more.addAll(List.of("ForwardRecordingBenchmark", "--resume"));
        RunningSuite second = RunningSuite.start(folder, more.toArray(String[]::new));
        assertThat(second.end()).as(second.err()).isZero();
        assertThat(second.err()).contains("already done, kept").contains("from the file being resumed");
        assertThat(ResultFile.read(file)).hasSize(2).allSatisfy(entry -> assertThat(entry.property("mfu.form"))
                .contains(other));
    }
}
