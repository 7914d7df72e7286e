package org.mfujmh.suite.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;

class SuitePlanTest {

    private static SuitePlan plan(DeviceDefaults defaults, String... arguments) {
        return SuitePlan.of(options(arguments), defaults);
    }

    private static SuiteOptions options(String... arguments) {
        List<String> all = List.of(arguments);
        return SuiteOptions.of(all, all, false, Duration.ofMinutes(1), PeakChoice.SHIPPED, Convention.EXACT);
    }

    @Test
    void onACpuTheDefaultIsBothPassesOfTheSmallestModel() {
        assertThat(plan(DeviceDefaults.CPU).combinations())
                .extracting(Combination::toString)
                .containsExactly(
                        "forward model=gpt-small batchSize=1 seqLen=1024 dtype=bf16 program=fused gemm=auto"
                                + " device=auto",
                        "forwardBackward model=gpt-small batchSize=1 seqLen=1024 dtype=bf16 program=fused gemm=auto"
                                + " loss=sum device=auto");
    }

    @Test
    void onAGpuTheDefaultIsAllFourModelsOfTheNotebookAtTheirLargestBatch() {
        List<Combination> combinations = plan(DeviceDefaults.GPU).combinations();
        assertThat(combinations).hasSize(8);
        assertThat(combinations)
                .extracting(one -> one.param("model", ""))
                .startsWith("gpt-small", "gpt-medium", "gpt-large", "gpt-xl");
        assertThat(combinations).extracting(one -> one.param("batchSize", "")).containsOnly("max");
        assertThat(plan(DeviceDefaults.GPU, "-p", "batchSize=2", "-p", "model=gpt-small")
                        .combinations())
                .extracting(one -> one.param("batchSize", ""))
                .containsOnly("2");
        assertThat(plan(DeviceDefaults.GPU, "GemmBenchmark").combinations())
                .extracting(one -> one.param("batchSize", ""))
                .doesNotContain("max");
        assertThat(plan(DeviceDefaults.GPU, "-p", "model=gpt-xl").combinations())
                .extracting(one -> one.param("model", ""))
                .containsOnly("gpt-xl")
                .hasSize(2);
    }

    /** Four models, two passes, the largest batch: 40 forks of 11 to 25 s would not end within a quarter of an hour. */
    @Test
    void onAGpuARunOfAllModelsHasThreeForksUnlessForksOrModelsAreChosen() {
        assertThat(forks(DeviceDefaults.GPU)).containsOnly(3);
        assertThat(forks(DeviceDefaults.GPU, "-f", "5")).containsOnly(5);
        assertThat(forks(DeviceDefaults.GPU, "-p", "model=gpt-small")).containsOnly(5);
        assertThat(forks(DeviceDefaults.CPU)).containsOnly(5);
        assertThat(note(DeviceDefaults.GPU))
                .hasValueSatisfying(
                        note -> assertThat(note).startsWith("3 forks each").contains("-f 5"));
        assertThat(note(DeviceDefaults.GPU, "-f", "5")).isEmpty();
        assertThat(note(DeviceDefaults.GPU, "DecodeBenchmark")).isEmpty();
        assertThat(note(DeviceDefaults.CPU)).isEmpty();
    }

    /** joules_per_token needs an iteration of 5 s. */
    @Test
    void onAGpuIterationsAreLongEnoughForItsEnergyCounterUnlessChosen() {
        assertThat(iterations(DeviceDefaults.GPU)).isEqualTo("2 x 5 s");
        assertThat(iterations(DeviceDefaults.GPU, "DecodeBenchmark")).isEqualTo("2 x 5 s");
        assertThat(iterations(DeviceDefaults.GPU, "-r", "1")).isEqualTo("3 x 1 s");
        assertThat(iterations(DeviceDefaults.GPU, "-i", "4")).isEqualTo("4 x 3 s");
        assertThat(iterations(DeviceDefaults.CPU)).isEqualTo("3 x 3 s");
    }

    private static String iterations(DeviceDefaults defaults, String... arguments) {
        SuitePlan plan = plan(defaults, arguments);
        Timing timing = plan.timing(plan.combinations().get(0));
        return timing.iterations() + " x " + timing.iterationTime();
    }

    private static Optional<String> note(DeviceDefaults defaults, String... arguments) {
        return defaults.note(options(arguments).jmh(), plan(defaults, arguments).combinations());
    }

    private static List<Integer> forks(DeviceDefaults defaults, String... arguments) {
        SuitePlan plan = plan(defaults, arguments);
        return plan.combinations().stream().map(one -> plan.timing(one).forks()).toList();
    }

    @Test
    void decodingTakesTheParametersThatConcernItAndNoOthers() {
        assertThat(plan(DeviceDefaults.CPU, "DecodeBenchmark", "-p", "seqLen=256")
                        .combinations())
                .extracting(Combination::toString)
                .containsExactly("decode model=gpt-small batchSize=1 seqLen=256 dtype=bf16 gemm=auto device=auto");
        assertThatThrownBy(
                        () -> plan(DeviceDefaults.CPU, "DecodeBenchmark", "-p", "program=notebook", "-p", "seqLen=256"))
                .hasMessageContaining("-p program was given, but the selected benchmarks have no such parameter");
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "DecodeBenchmark", "-p", "loss=sum", "-p", "seqLen=256"))
                .hasMessageContaining("-p loss was given");
    }

    @Test
    void aTrainingStepRefusesWhatItsOptimizerCannotDoAndNoOtherPassMinds() {
        assertThat(plan(DeviceDefaults.CPU, "-p", "dtype=fp16").combinations()).hasSize(2);
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "dtype=fp16"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("-p weights=fp32");
        assertThat(plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "dtype=fp16", "-p", "weights=fp32")
                        .combinations())
                .hasSize(1);
        assertThatThrownBy(() -> plan(
                        DeviceDefaults.CPU,
                        "TrainStepBenchmark",
                        "-p",
                        "dtype=fp16",
                        "-p",
                        "weights=fp32",
                        "-p",
                        "loss=sum"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("loss=cross_entropy");
        assertThatThrownBy(
                        () -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "optimizer=none", "-p", "clip=1.0"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("clip would have no effect");
        assertThatThrownBy(
                        () -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "dtype=fp32", "-p", "weights=fp32"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("dtype=bf16");
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "optimizer=adam"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("adamw, adamw-unfused, sgd, none");
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "accumulation=0"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("accumulation=4");
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "TrainStepBenchmark", "-p", "clip=-1"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("such as 1.0");
    }

    /** The default is for models with a context of 1024 and more. */
    @Test
    void withoutATokenCountAModelTakesNoMoreThanItHasPositionsFor() {
        assertThat(plan(DeviceDefaults.CPU, "DecodeBenchmark").combinations())
                .extracting(one -> one.param("seqLen", ""))
                .containsExactly("1023");
        assertThat(plan(DeviceDefaults.CPU, "-p", "model=gpt-tiny,gpt-small", "ForwardBenchmark")
                        .combinations())
                .extracting(one -> one.param("seqLen", ""))
                .containsExactly("64", "1024");
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "-p", "model=gpt-tiny", "-p", "seqLen=65"))
                .hasMessageContaining("1 to 64");
    }

    @Test
    void decodingIsOfOneSequenceOfOneModelOnAGpuToo() {
        assertThat(plan(DeviceDefaults.GPU, "DecodeBenchmark").combinations())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.param("model", "")).isEqualTo("gpt-small");
                    assertThat(one.param("batchSize", "")).isEqualTo("1");
                });
        assertThat(forks(DeviceDefaults.GPU, "DecodeBenchmark")).containsOnly(5);
        assertThat(plan(DeviceDefaults.GPU, "TrainStepBenchmark").combinations())
                .hasSize(4)
                .extracting(one -> one.param("batchSize", ""))
                .containsOnly("max");
    }

    @Test
    void anOptionThatNothingUsesIsRefusedBeforeItIsIgnored() {
        SuiteOptions.Largest limited =
                new SuiteOptions.Largest(Optional.of(1L << 30), Optional.empty(), List.of("--memory-limit"));
        assertThatThrownBy(() -> SuitePlan.byDevice(options("-p", "device=cpu").withLargest(limited)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("--memory-limit only matters for the largest batch");
        assertThat(SuitePlan.byDevice(options("-p", "device=cuda:0").withLargest(limited)))
                .as("max is the default of a GPU")
                .hasSize(1);
        assertThat(SuitePlan.byDevice(options("-p", "batchSize=1,max").withLargest(limited)))
                .hasSize(2);
    }

    /** The default of 1024 tokens fills all positions of a GPT: the new token needs one. */
    @Test
    void aFullContextLeavesNoPositionForANewToken() {
        assertThatThrownBy(() -> plan(DeviceDefaults.CPU, "DecodeBenchmark", "-p", "seqLen=1024"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Choose a seqLen of 1 to 1023");
    }

    @Test
    void aModelByTheNameThatMostPeopleHaveForItIsMeasuredUnderOurs() {
        assertThat(plan(
                                DeviceDefaults.CPU,
                                "-p",
                                "model=gpt2,gpt-small,gpt2-medium,gpt2-large,gpt2-xl",
                                "ForwardBenchmark")
                        .combinations())
                .extracting(one -> one.param("model", ""))
                .containsExactly("gpt-small", "gpt-medium", "gpt-large", "gpt-xl");
    }

    @Test
    void passesRunInTheirOrderAndWhatIsNoneAfterThem() {
        assertThat(plan(
                                DeviceDefaults.CPU,
                                "-p",
                                "model=gpt-tiny",
                                "-p",
                                "seqLen=64",
                                "org.mfujmh.bench.(Forward|Overhead)")
                        .combinations())
                .extracting(Combination::benchmark)
                .containsExactly(
                        "org.mfujmh.bench.ForwardBenchmark.forward",
                        "org.mfujmh.bench.ForwardRecordingBenchmark.recordingForward",
                        "org.mfujmh.bench.ForwardBackwardBenchmark.forwardBackward",
                        "org.mfujmh.bench.OverheadBenchmark.emptyCall");
    }

    @Test
    void autoIsPossibleOnBothKindsOfDeviceAndANamedOneOnItsOwn() {
        assertThat(DeviceDefaults.possible("auto")).containsExactly(DeviceDefaults.CPU, DeviceDefaults.GPU);
        assertThat(DeviceDefaults.possible("cpu")).containsExactly(DeviceDefaults.CPU);
        assertThat(DeviceDefaults.possible("cuda:3")).containsExactly(DeviceDefaults.GPU);
    }

    @Test
    void theCommandLineGoesBeforeTheAnnotationsInHowOftenAndHowLong() {
        SuitePlan plan = plan(DeviceDefaults.CPU, "-f", "2", "-r", "500ms");
        Timing timing = plan.timing(plan.combinations().get(0));
        assertThat(timing.forks()).isEqualTo(2);
        assertThat(timing.iterationTime()).hasToString("500 ms");
        assertThat(timing.iterations()).isEqualTo(3);
        assertThat(timing.warmups()).isEqualTo(1);
    }

    /** JMH takes each of these for the others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-rff r.json -p model=gpt-tiny -f 2",
                "-rff=r.json -p=model=gpt-tiny -f=2",
                "-rff r.json -pmodel=gpt-tiny -f2",
                "-jvmArgsAppend -p=1 -rff=r.json -pmodel=gpt-tiny -f2"
            })
    void optionsAreReadHoweverJmhTakesThem(String line) {
        SuiteOptions options = options(line.split(" "));
        assertThat(options.resultFile()).hasValue(Path.of("r.json"));
        assertThat(options.parametersAsked()).containsExactly("model");
        assertThat(options.isChosen()).isTrue();
        assertThat(options.jmh().getResult().hasValue()).isFalse();
        assertThat(options.jmh().getForkCount().get()).isEqualTo(2);
    }

    @Test
    void theCommandThatResumesHasAllThatWasAskedForAndTheFile() {
        assertThat(ResumeCommand.of(
                        List.of("-p", "batchSize=1,2", "--peak-tflops=2", "-rff", "old.json", "Forward.*"),
                        Path.of("my runs/it's.json")))
                .isEqualTo("./mfu bench --resume -rff 'my runs/it'\\''s.json' -p batchSize=1,2 --peak-tflops=2"
                        + " 'Forward.*'");
        assertThat(ResumeCommand.of(List.of("-rff=old.json", "-f", "2"), Path.of("r.json")))
                .isEqualTo("./mfu bench --resume -rff r.json -f 2");
    }

    @Test
    void interleavedForksCannotGoOnAndTheSentenceSaysHowToStartAnew() {
        Path file = Path.of("r.json");
        assertThat(ResumeCommand.sentence("To resume", List.of("--against", "main", "-f", "3"), file))
                .startsWith("To start again")
                .endsWith(": ./mfu bench -rff r.json --against main -f 3");
        assertThat(ResumeCommand.sentence("To go on", List.of("--torch", "bundled", "--torch=auto"), file))
                .startsWith("To start again")
                .endsWith(": ./mfu bench -rff r.json --torch bundled --torch=auto");
        assertThat(ResumeCommand.sentence("To go on", List.of("--torch", "auto"), file))
                .isEqualTo("To go on: ./mfu bench --resume -rff r.json --torch auto");
        assertThat(ResumeCommand.sentence("To go on", List.of("--gate=b.json"), file))
                .isEqualTo("To go on: ./mfu bench --resume -rff r.json --gate=b.json");
    }
}
