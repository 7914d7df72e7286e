package org.mfujmh.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;
import org.mfujmh.model.Activation;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Block;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.FeedForward;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Norm;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.Rotary;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.model.hub.Models;

/** Terms against closed forms, and the cache against figures that others publish. */
class MemoryEstimateTest {
    private static final long LLAMA_PARAMETERS = 1_235_814_400L;

    /**
     * The estimators of "Build a Large Language Model (From Scratch)", ch04/04_gqa, 05_mla and 06_swa (README.md
     * @28c65cd): GB of 16-bit keys and values.
     */
    @ParameterizedTest
    @CsvSource({
        // 32 layers, 32 heads of 128, 32,768 tokens
        "MHA,        32, 32, 128, 0,    0, 32768, 17.18",
        "GQA 8,      32,  8, 128, 0,    0, 32768, 4.29",
        // 5 layers with a window of 1024 to each without
        "MHA and SWA,32, 32, 128, 1024, 6, 32768, 3.14",
        "GQA and SWA,32,  8, 128, 1024, 6, 32768, 0.78",
        // 48 layers, 24 heads of 2048 / 24 columns, which the book rounds up, 8,192 tokens
        "MHA 2048,   48, 24, 86,  0,    0, 8192,  3.25",
        "GQA 6,      48,  6, 86,  0,    0, 8192,  0.81",
    })
    void theBooksCaches(
            String name,
            int layers,
            int keyHeads,
            int headWidth,
            int window,
            int period,
            int tokens,
            String gigabytes) {
        List<Block> blocks = IntStream.rangeClosed(1, layers)
                .mapToObj(layer -> block(keyHeads, headWidth, window > 0 && layer % period != 0 ? window : 0))
                .toList();
        assertThat(gigabytes(blocks, tokens)).isEqualTo(gigabytes);
    }

    /** decode.py widens a matrix at a time, of GPT-2's, too: the head, 50,257 x 768 in fp32, is the largest. */
    @Test
    void aStepOfGpt2ThatWidensHasRoomForItsHead() {
        MemoryPlan narrow = plan("gpt-small", MemoryPass.DECODE, 1, 256, Precision.BF16, TrainingStep.DEFAULT);
        MemoryPlan widening = new MemoryPlan(
                narrow.model(),
                narrow.pass(),
                narrow.sequences(),
                narrow.tokens(),
                narrow.precision(),
                narrow.program(),
                Gemm.UPCAST,
                narrow.loss(),
                Backend.HANDWRITTEN,
                false,
                narrow.training());
        assertThat(MemoryEstimate.of(widening).peak().of(MemoryTerm.WORKSPACE))
                .isBetween(50_257L * 768 * 4, 50_257L * 768 * 4 + (1 << 20));
    }

    @Test
    void theBooksLatentCache() {
        Attention latent = new Attention.Latent(24, 0, 1024, 86, Rotary.of(1e4, 0), 86, false);
        Block block = new Block(
                latent,
                new FeedForward.Mlp(8192, Activation.SILU, true, false),
                Norm.rms(1e-5),
                Block.Placement.BEFORE);
        assertThat(gigabytes(Collections.nCopies(48, block), 8192)).isEqualTo("0.81");
    }

    /** 2 numbers of state a parameter, fp32 beside 16 bits, a second set of gradients where they are summed up. */
    @ParameterizedTest
    @CsvSource({
        "adamw, false, bf16, 1, 2, 0, 2, 4",
        "adamw, true,  bf16, 1, 2, 4, 2, 8",
        "adamw, false, fp32, 1, 4, 0, 4, 8",
        "adamw, true,  fp32, 1, 4, 0, 4, 8",
        "sgd,   true,  fp16, 1, 2, 4, 2, 0",
        "none,  false, bf16, 1, 2, 0, 2, 0",
        "adamw, true,  bf16, 4, 2, 4, 6, 8",
        "adamw, false, bf16, 4, 2, 0, 4, 4",
    })
    void aTrainingStepHasItsState(
            String rule,
            boolean masters,
            String dtype,
            int accumulation,
            int weights,
            int fp32,
            int gradients,
            int state) {
        TrainingStep training = step(Optimizer.of(rule), masters, false, accumulation);
        MemoryEstimate estimate =
                MemoryEstimate.of(plan("llama-3.2-1b", MemoryPass.TRAIN_STEP, 1, 8, Precision.of(dtype), training));
        Moment end = estimate.moments().get(estimate.moments().size() - 1);
        assertThat(end.of(MemoryTerm.WEIGHTS)).isEqualTo(LLAMA_PARAMETERS * weights);
        assertThat(end.of(MemoryTerm.MASTER_WEIGHTS)).isEqualTo(LLAMA_PARAMETERS * fp32);
        assertThat(end.of(MemoryTerm.GRADIENTS)).isEqualTo(LLAMA_PARAMETERS * gradients);
        assertThat(end.of(MemoryTerm.OPTIMIZER_STATE)).isEqualTo(LLAMA_PARAMETERS * state);
        assertThat(estimate.total()).isGreaterThanOrEqualTo(end.total());
    }

    /** Llama 3.2 1B: 32,768 bytes per token in 16 bits, as its config.json gives. */
    @Test
    void decodingHasWeightsAndItsCache() {
        MemoryEstimate estimate = MemoryEstimate.of(
                plan("llama-3.2-1b", MemoryPass.DECODE, 8, 4096, Precision.BF16, TrainingStep.DEFAULT));
        assertThat(estimate.peak().of(MemoryTerm.KV_CACHE)).isEqualTo(8L * 4096 * 32_768);
        assertThat(estimate.peak().of(MemoryTerm.WEIGHTS)).isEqualTo(LLAMA_PARAMETERS * 2);
        assertThat(estimate.peak().of(MemoryTerm.LOGITS)).isEqualTo(8L * 128_256 * 2);
        assertThat(estimate.peak().of(MemoryTerm.ACTIVATIONS)).isZero();
    }

    /** 3.4 % of a gpt-small's activations at batch 4 are block inputs; with them one block's are alive. */
    @Test
    void checkpointsKeepTheInputsOfBlocksAndOneBlock() {
        long all = activations(false);
        long few = activations(true);
        assertThat(few).isBetween(all / 12, all * 45 / 100);
    }

    @Test
    void moreSequencesTakeMoreAndNoTermIsNegative() {
        for (Architecture model : Models.shipped()) {
            for (MemoryPass pass : MemoryPass.values()) {
                MemoryEstimate one = MemoryEstimate.of(plan(model.name(), pass, 1, 32, Precision.BF16));
                MemoryEstimate two = MemoryEstimate.of(plan(model.name(), pass, 2, 32, Precision.BF16));
                assertThat(two.total()).as("%s %s", model.name(), pass).isGreaterThan(one.total());
                assertThat(one.total()).isGreaterThanOrEqualTo(MemoryEstimate.leastBytes(one.plan()));
                one.moments().forEach(moment -> assertThat(moment.bytes().values())
                        .as("%s %s %s", model.name(), pass, moment)
                        .allMatch(bytes -> bytes >= 0));
            }
        }
    }

    /** With few columns and many words, what log_sum_exp widens, 32 tokens' logits, is larger than a piece's gradient. */
    @ParameterizedTest
    @CsvSource({"BF16, 2", "FP32, 4"})
    void theLogitsOfANarrowModel(Precision precision, long each) {
        Architecture narrow = Gpt2.of("narrow", 1, 32, 1, 50257, 1024);
        Moment peak = MemoryEstimate.of(new MemoryPlan(
                        narrow,
                        MemoryPass.FORWARD_BACKWARD,
                        1,
                        1024,
                        precision,
                        Program.FUSED,
                        Gemm.NATIVE,
                        Loss.CROSS_ENTROPY,
                        Backend.HANDWRITTEN,
                        false,
                        TrainingStep.DEFAULT))
                .peak();
        assertThat(peak.of(MemoryTerm.LOGITS)).isEqualTo(1024 * 50257 * each + 32 * 50257 * 4);
    }

    @Test
    void sizesThatNoDeviceHasAreRefused() {
        Architecture model = Gpt2.of("wide", 1, 1 << 20, 1, 1 << 20, Integer.MAX_VALUE);
        assertThatThrownBy(() -> MemoryEstimate.of(MemoryPlan.of(
                        model,
                        MemoryPass.FORWARD_BACKWARD,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        Precision.FP32,
                        java.util.Optional.empty())))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("more bytes than any device has");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 131_073})
    void aSequenceThatTheModelDoesNotTakeIsRefused(int tokens) {
        assertThatThrownBy(() -> plan("llama-3.2-1b", MemoryPass.FORWARD, 1, tokens, Precision.BF16))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("1 to 131072 tokens");
    }

    private static TrainingStep step(Optimizer optimizer, boolean masters, boolean checkpointed, int accumulation) {
        return new TrainingStep(
                optimizer,
                accumulation,
                checkpointed ? Checkpoint.BLOCK : Checkpoint.NONE,
                masters ? TrainedWeights.FP32 : TrainedWeights.SAME,
                OptionalDouble.empty());
    }

    private static long activations(boolean checkpointed) {
        TrainingStep training = step(Optimizer.ADAMW, false, checkpointed, 1);
        MemoryEstimate estimate =
                MemoryEstimate.of(plan("gpt-small", MemoryPass.TRAIN_STEP, 4, 1024, Precision.FP32, training));
        return estimate.moments().stream()
                .mapToLong(moment -> moment.of(MemoryTerm.ACTIVATIONS))
                .max()
                .orElseThrow();
    }

    private static MemoryPlan plan(String model, MemoryPass pass, int sequences, int tokens, Precision precision) {
        return plan(model, pass, sequences, tokens, precision, TrainingStep.DEFAULT);
    }

    private static MemoryPlan plan(
            String model, MemoryPass pass, int sequences, int tokens, Precision precision, TrainingStep training) {
        Architecture described = Models.named(model);
        return new MemoryPlan(
                described,
                pass,
                sequences,
                tokens,
                precision,
                Program.FUSED,
                Gemm.NATIVE,
                Loss.SUM,
                MemoryPlan.usualBackend(described, Program.FUSED, precision, Gemm.NATIVE, false),
                false,
                training);
    }

    private static Block block(int keyHeads, int headWidth, int window) {
        Attention attention = new Attention.Grouped(
                keyHeads,
                keyHeads,
                headWidth,
                window,
                false,
                false,
                Attention.QueryKeyNorm.NONE,
                Rotary.of(1e4, headWidth),
                1,
                0,
                false);
        FeedForward mlp = new FeedForward.Mlp(1024, Activation.SILU, true, false);
        return new Block(attention, mlp, Norm.rms(1e-5), Block.Placement.BEFORE);
    }

    private static String gigabytes(List<Block> blocks, int tokens) {
        Architecture model = new Architecture(
                "of the book", "llama", 50257, tokens, 4096, false, 1, blocks, Norm.rms(1e-5), true, 0);
        long bytes = KeyValueCacheSize.bytes(model, 1, tokens, Precision.BF16);
        return BigDecimal.valueOf(bytes)
                .movePointLeft(9)
                .setScale(2, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
