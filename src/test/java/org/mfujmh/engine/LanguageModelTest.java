package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.BadInput;
import org.mfujmh.engine.roofline.GemmRoofline;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

class LanguageModelTest {

    private static LanguageModel model(String name, Program program, Precision precision) {
        ModelSpec spec = new ModelSpec(Models.named(name), program, precision, Gemm.NATIVE, Loss.SUM);
        return LanguageModel.load(spec, "cpu").drawParameters(7);
    }

    /** gpt-small, an eighth as wide. */
    @ParameterizedTest
    @CsvSource({"FUSED, 149", "NOTEBOOK, 197"})
    void gptSmallHasAGradientForEveryParameter(Program program, int count) {
        Architecture small = Gpt2.of("gpt-small", 12, 96, 12, 50257, 1024);
        ModelSpec spec = new ModelSpec(small, program, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(7);
                TokenBatch batch = model.randomBatch(1, 8, 3)) {
            assertThat(Float.isFinite(model.forwardBackward(batch))).isTrue();
            List<Checksum> gradients = model.checksums();
            assertThat(gradients).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(gradients.get(i).shape())
                        .isEqualTo(model.layout().parameters().get(i).shape());
                assertThat(gradients.get(i).notFinite()).isZero();
                String name = model.layout().parameters().get(i).name();
                if (!name.endsWith(".key.bias")) { // softmax does not see what is added to every key alike
                    assertThat(gradients.get(i).sumOfMagnitudes()).as(name).isPositive();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void theSameSeedGivesTheSameBits(Program program) {
        try (LanguageModel one = model("gpt-tiny", program, Precision.BF16);
                LanguageModel two = model("gpt-tiny", program, Precision.BF16);
                TokenBatch a = one.randomBatch(2, 64, 5);
                TokenBatch b = two.randomBatch(2, 64, 5)) {
            assertThat(a.ids()).isEqualTo(b.ids());
            one.forwardBackward(a);
            two.forwardBackward(b);
            List<float[]> first = one.results();
            List<float[]> second = two.results();
            for (int i = 0; i < first.size(); i++) {
                assertThat(first.get(i)).isEqualTo(second.get(i));
            }
        }
    }

    /** In fp32 nothing has to be converted, and yet the weights must not lie in the buffers that they came in. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void weightsOutliveTheBuffersThatTheyCameIn(Precision precision) {
        try (LanguageModel model = model("gpt-tiny", Program.FUSED, precision)) {
            List<float[]> values = model.parameters();
            model.setParameters(values);
            List<ByteBuffer> others = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                System.gc(); // frees buffers that nobody refers to
                for (float[] value : values) {
                    ByteBuffer other = ByteBuffer.allocateDirect(Float.BYTES * value.length);
                    while (other.hasRemaining()) {
                        other.putFloat(Float.NaN);
                    }
                    others.add(other);
                }
            }
            List<float[]> after = model.parameters();
            for (int i = 0; i < values.size(); i++) {
                assertThat(after.get(i)).isEqualTo(values.get(i));
            }
            assertThat(others).isNotEmpty();
        }
    }

    /** Beyond its range exp reads a constant that AVX-512 would else read masked, 20 x as slowly: docs/lab/2026-11-25-zen5.md. */
    @ParameterizedTest
    @EnumSource(Program.class)
    void eachPassBeginsWithAnExponentialBeyondItsRange(Program program) {
        try (LanguageModel model = model("gpt-tiny", program, Precision.BF16);
                TokenBatch batch = model.randomBatch(1, 8, 5)) {
            List<Runnable> passes = List.of(
                    () -> model.forward(batch),
                    () -> model.forwardRecordingGraph(batch),
                    () -> model.forwardBackward(batch));
            for (Runnable pass : passes) {
                List<ExecutedOp> operations = OperatorTrace.during(pass);
                int touch = first(operations, "aten::sigmoid_");
                assertThat(operations.get(touch).inputShapes().get(0)).containsExactly(64L);
                assertThat(touch).isBetween(0, first(operations, "aten::embedding"));
            }
        }
    }

    private static int first(List<ExecutedOp> operations, String name) {
        return operations.stream().map(ExecutedOp::operator).toList().indexOf(name);
    }

    @Test
    void bothProgramsDrawTheSameWeights() {
        try (LanguageModel fused = model("gpt-tiny", Program.FUSED, Precision.FP32);
                LanguageModel book = model("gpt-tiny", Program.NOTEBOOK, Precision.FP32);
                TokenBatch a = fused.randomBatch(1, 64, 5);
                TokenBatch b = book.randomBatch(1, 64, 5)) {
            fused.forward(a);
            book.forward(b);
            float[] one = fused.results().get(0);
            float[] other = book.results().get(0);
            for (int i = 0; i < one.length; i++) {
                assertThat(other[i]).isCloseTo(one[i], org.assertj.core.api.Assertions.within(1e-4f));
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void hundredsOfPassesLeaveNothingBehind() throws IOException {
        try (LanguageModel model = model("gpt-tiny", Program.FUSED, Precision.BF16)) {
            passes(model, 100);
            int arrays = model.liveArrays();
            long resident = residentBytes();
            passes(model, 400);
            assertThat(model.liveArrays()).isEqualTo(arrays);
            // Gradients alone are 0.3 MB a pass: kept, they would be 120 MB.
            assertThat(residentBytes() - resident).isLessThan(60L << 20);
        }
    }

    private static void passes(LanguageModel model, int count) {
        for (int i = 0; i < count; i++) {
            try (TokenBatch batch = model.randomBatch(1, 16, i)) {
                model.forwardBackward(batch);
                model.forward(batch);
                model.empty(batch);
            }
        }
    }

    private static long residentBytes() throws IOException {
        return 4096
                * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1]);
    }

    @Test
    void aGpuThatThisLibtorchCannotUseIsRefusedNotReplaced() {
        ModelSpec spec = new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        assertThatThrownBy(() -> LanguageModel.load(spec, "cuda:97"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cuda:97");
        assertThatThrownBy(() -> LanguageModel.load(spec, "gpu"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("cuda:N");
    }

    @ParameterizedTest
    @EnumSource(Pass.class)
    void theRooflineIsAPositiveRateAndItsBestNoLessThanItsMedian(Pass pass) {
        try (LanguageModel model = model("gpt-tiny", Program.FUSED, Precision.BF16)) {
            GemmRoofline.Reading reading = new GemmRoofline(model, pass, 128).measure(java.time.Duration.ofMillis(50));
            assertThat(reading.flopsPerSecond()).isPositive().isLessThan(1e16);
            assertThat(reading.bestFlopsPerSecond()).isGreaterThanOrEqualTo(reading.flopsPerSecond());
            assertThat(reading.cut().rows()).isEqualTo(128);
        }
    }

    @Test
    void whatDoesNotFitIntoTheTimeIsCutAtTheHeadFirstWhichStaysAsOddAsItIs() {
        try (LanguageModel model = model("gpt-small", Program.FUSED, Precision.FP32)) {
            GemmRoofline roofline = new GemmRoofline(model, Pass.FORWARD, 256);
            GemmRoofline.Cut little =
                    roofline.measure(java.time.Duration.ofMillis(5)).cut();
            assertThat(little.rows()).isEqualTo(128);
            assertThat(little.outputs()).isBetween(12 * 768L, 12 * 768L + 64);
            assertThat(little.outputs() % 64).isEqualTo(50257 % 64);
            GemmRoofline.Cut all =
                    roofline.measure(java.time.Duration.ofSeconds(60)).cut();
            assertThat(all).isEqualTo(new GemmRoofline.Cut(256, 50257));
        }
    }

    @Test
    void autoIsSettledByMeasuringAndFp32HasNothingToSettle() {
        Architecture tiny = Models.named("gpt-tiny");
        GemmChoice choice = GemmChoice.measure(tiny, Precision.BF16, "cpu", 64);
        assertThat(choice.gemm())
                .isEqualTo(choice.upcastFlopsPerSecond() > choice.nativeFlopsPerSecond() ? Gemm.UPCAST : Gemm.NATIVE);
        assertThat(GemmChoice.measure(tiny, Precision.FP32, "cpu", 64).gemm()).isEqualTo(Gemm.NATIVE);
    }

    /** It would be timed as handwritten otherwise. */
    @Test
    void anArchiveWithoutTheHandwrittenProgramDoesNotRunAsOne() {
        ModelSpec spec =
                new ModelSpec(TinyModels.named("tiny-llama"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM);
        byte[] archive = TorchScriptArchive.decoder(
                spec,
                Backend.HANDWRITTEN,
                TorchScriptArchive.decoderSource(Backend.AUTOGRAD),
                TorchScriptArchive.BLOCK_SIZE);
        try (LanguageModel model = LanguageModel.load(spec, "cpu", archive).drawParameters(1);
                TokenBatch batch = model.randomBatch(1, 5, 1)) {
            assertThatThrownBy(() -> model.forward(batch)).hasMessageContaining("by autograd alone");
            assertThatThrownBy(() -> model.forwardBackward(batch)).hasMessageContaining("by autograd alone");
        }
    }

    /** A cached largest batch is identified by their digest: a search with an older text must not answer for a new one. */
    @Test
    void theProgramIsEveryTextThatThereIs() throws IOException {
        List<byte[]> there = new ArrayList<>();
        try (DirectoryStream<Path> texts = Files.newDirectoryStream(Path.of("src/main/resources/org/mfujmh/engine"))) {
            for (Path text : texts) {
                there.add(Files.readAllBytes(text));
            }
        }
        assertThat(LanguageModel.program()).containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void theArchiveIsTheSameBytesEachTimeAndHoldsTheSourceAsItStands() {
        ModelSpec spec = new ModelSpec(Models.named("gpt-xl"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        assertThat(TorchScriptArchive.of(spec))
                .isEqualTo(TorchScriptArchive.of(spec))
                .hasSizeLessThan(96 << 10);
        assertThat(new String(TorchScriptArchive.of(spec), StandardCharsets.ISO_8859_1))
                .contains("class Gpt(Module):");
    }
}
