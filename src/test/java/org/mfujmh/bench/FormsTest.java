package org.mfujmh.bench;

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
import org.mfujmh.engine.FormChoice;
import org.mfujmh.engine.TracedOperation;
import org.mfujmh.gpt.Form;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.ResultFile;

/** In which form the fused program runs is decided once for all forks, and stays decided. */
class FormsTest {
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
        System.clearProperty(FormChoice.PROPERTY);
    }

    // ---- the decision

    private static Function<List<FormQuestion>, Map<FormQuestion, FormQuestion.Answer>> measuring(
            Form form, List<FormQuestion> asked) {
        return questions -> {
            asked.addAll(questions);
            return questions.stream()
                    .collect(Collectors.toMap(
                            one -> one,
                            one -> new FormQuestion.Answer(
                                    form.label(), new TreeMap<>(Map.of("hand", 0.1, "plain", 0.2)))));
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

    private static Entry measuredIn(Combination one, Form form) {
        return entry(one, "\"-Dmfu.form=" + form.label() + "\"");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void goingOnKeepsTheFormThatTheFileWasMeasuredInAndAsksNothing(Form before) {
        for (Form now : Form.values()) {
            List<FormQuestion> asked = new ArrayList<>();
            Forms forms = Forms.settle(
                    List.of(FORWARD), List.of(measuredIn(FORWARD, before)), List.of(), measuring(now, asked));
            assertThat(forms.properties(FORWARD)).isEqualTo(Map.of("mfu.form", before.label()));
            assertThat(asked).isEmpty();
            assertThat(forms.told())
                    .singleElement()
                    .asString()
                    .contains("as in the file")
                    .contains(before.inWords());
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aGateMeasuresInTheFormOfItsBaselineUnlessItsOwnFileHasAnother(Form baseline) {
        List<FormQuestion> asked = new ArrayList<>();
        List<Entry> against = List.of(measuredIn(FORWARD, baseline));
        for (Form other : Form.values()) {
            Forms fresh = Forms.settle(List.of(FORWARD), List.of(), against, measuring(other, asked));
            assertThat(fresh.properties(FORWARD)).containsEntry("mfu.form", baseline.label());
            assertThat(fresh.told()).singleElement().asString().contains("the baseline's");
            Forms goingOn = Forms.settle(
                    List.of(FORWARD), List.of(measuredIn(FORWARD, other)), against, measuring(other, asked));
            assertThat(goingOn.properties(FORWARD)).containsEntry("mfu.form", other.label());
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whatTheFileDoesNotAnswerIsMeasured() {
        List<FormQuestion> asked = new ArrayList<>();
        Combination longer = FORWARD.with("model", "gpt-medium");
        Forms forms = Forms.settle(
                List.of(FORWARD, longer),
                List.of(measuredIn(FORWARD, Form.BY_HAND)),
                List.of(),
                measuring(Form.PLAIN, asked));

        assertThat(asked).extracting(FormQuestion::model).containsExactly("gpt-medium");
        assertThat(forms.properties(FORWARD)).containsEntry("mfu.form", "hand");
        assertThat(forms.properties(longer)).containsEntry("mfu.form", "plain");
        assertThat(forms.told()).anySatisfy(line -> assertThat(line)
                .contains("forward of gpt-medium bf16 upcast 1 x 1024 tokens")
                .contains("plain (measured with two layers: by hand 100.0 ms, plain 200.0 ms)"));
        // A file from before the form was recorded says nothing of it.
        assertThat(Forms.settle(List.of(FORWARD), List.of(entry(FORWARD, "")), List.of(), measuring(Form.PLAIN, asked))
                        .properties(FORWARD))
                .containsEntry("mfu.form", "plain");
    }

    @Test
    void aFormIsAQuestionOfTheFusedProgramOnACpuAlone() {
        assertThat(FormQuestion.isAskedBy(FORWARD)).isTrue();
        assertThat(FormQuestion.isAskedBy(FORWARD.with("program", "notebook"))).isFalse();
        assertThat(FormQuestion.isAskedBy(FORWARD.with("device", "cuda:0"))).isFalse();
        assertThat(FormQuestion.of(FORWARD.with("batchSize", "8"))).isEqualTo(FormQuestion.of(FORWARD));
        assertThat(FormQuestion.of(FORWARD.with("loss", "sum"))).isNotEqualTo(FormQuestion.of(FORWARD));
        FormQuestion question = FormQuestion.of(FORWARD);
        assertThat(FormQuestion.parse(question.text())).isEqualTo(question);
    }

    @Test
    void whereItCannotBeMeasuredTheForksDecideAndItIsSaid() {
        Forms forms = Forms.settle(List.of(FORWARD), List.of(), List.of(), questions -> {
            throw new BadInput("no memory");
        });
        assertThat(forms.properties(FORWARD)).isEmpty();
        assertThat(forms.told())
                .singleElement()
                .asString()
                .contains("each fork decides for itself")
                .endsWith("no memory");
    }

    @Test
    void twoFilesInDifferentFormsAreComparedWithANote() {
        List<Difference> differences =
                Difference.between(measuredIn(FORWARD, Form.BY_HAND), measuredIn(FORWARD, Form.PLAIN));
        assertThat(differences).singleElement().satisfies(one -> {
            assertThat(one).hasToString("form of the fused program: hand -> plain");
            assertThat(one.incomparable()).isFalse();
        });
    }

    // ---- and what obeys it

    @ParameterizedTest
    @EnumSource(names = {"BY_HAND", "PLAIN"})
    void aForkRunsTheFormThatItIsTold(Form form) {
        System.setProperty(FormChoice.PROPERTY, form.label());
        ForwardBenchmark.Forward state = new ForwardBenchmark.Forward();
        state.model = "gpt-tiny";
        state.batchSize = "1";
        state.seqLen = "64";
        state.dtype = "fp32";
        state.program = "fused";
        state.gemm = "native";
        state.device = "cpu";
        state.build();
        List<TracedOperation> operations = TracedOperation.during(state::run);
        state.close();
        // Only the plain form leaves attention to libtorch.
        assertThat(operations.stream().anyMatch(one -> one.name().contains("scaled_dot_product")))
                .isEqualTo(form == Form.PLAIN);
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
                .contains("Form of fused, forward of gpt-tiny fp32 native 1 x 64 tokens: "
                        + Form.of(form).inWords() + " (measured");

        // As if the other form had come out; the recording pass asks the same question.
        String other = form.equals("hand") ? "plain" : "hand";
        Files.writeString(file, Files.readString(file).replace("mfu.form=" + form, "mfu.form=" + other));
        List<String> more = new ArrayList<>(List.of(run));
        more.addAll(List.of("ForwardRecordingBenchmark", "--resume"));
        RunningSuite second = RunningSuite.start(folder, more.toArray(String[]::new));
        assertThat(second.end()).as(second.err()).isZero();
        assertThat(second.err()).contains("done before, kept").contains("as in the file that this goes on with");
        assertThat(ResultFile.read(file)).hasSize(2).allSatisfy(entry -> assertThat(entry.property("mfu.form"))
                .contains(other));
    }
}
