package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mfujmh.engine.BackendsCompared.distance;
import static org.mfujmh.engine.BackendsCompared.norm;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;

/**
 * The handwritten program against the autograd one on a shape that meets every edge: two sequences,
 * tokens that are no multiple of a block, a vocabulary that is no multiple of a piece, three heads.
 */
class HandwrittenBackendTest {
    private static final Architecture EDGES = Gpt2.of("edges", 3, 48, 3, 5001, 2 * TorchScriptArchive.BLOCK_SIZE + 40);
    private static final int SEQUENCES = 2;
    private static final int TOKENS = 2 * TorchScriptArchive.BLOCK_SIZE + 11;

    static Stream<ModelSpec> everyWayToCompute() {
        // fp16 with the sum of logits as the loss overflows in any form: every token pulls a bias the same way.
        return Stream.concat(
                Stream.of(spec(Precision.FP16, Gemm.UPCAST, Loss.CROSS_ENTROPY)),
                Stream.of(Loss.values())
                        .flatMap(loss -> Stream.of(
                                spec(Precision.FP32, Gemm.NATIVE, loss),
                                spec(Precision.BF16, Gemm.UPCAST, loss),
                                spec(Precision.BF16, Gemm.NATIVE, loss))));
    }

    private static ModelSpec spec(Precision precision, Gemm gemm, Loss loss) {
        return new ModelSpec(EDGES, Program.FUSED, precision, gemm, loss);
    }

    /** Both round some 12 times a layer; in fp32 that leaves 10^-5 of room, and a wrong formula none. */
    private static double bound(ModelSpec spec) {
        return (12 * EDGES.layers() + 6) * 3 * spec.precision().unitRoundoff() + 1e-6;
    }

    /** The handwritten program and the autograd one with the same weights, and the same tokens for each. */
    private static final class BothForms implements AutoCloseable {
        private final ModelSpec spec;
        private final LanguageModel hand;
        private final LanguageModel plain;
        private final TokenBatch ofHand;
        private final TokenBatch ofPlain;

        BothForms(ModelSpec spec, int sequences) {
            this(spec, sequences, TorchScriptArchive.of(spec));
        }

        BothForms(ModelSpec spec, int sequences, byte[] archiveByHand) {
            this.spec = spec;
            hand = LanguageModel.load(spec, "cpu", archiveByHand).drawParameters(4);
            plain = LanguageModel.loadPlain(spec, "cpu").drawParameters(4);
            ofHand = hand.randomBatch(sequences, TOKENS, 8);
            ofPlain = plain.randomBatch(sequences, TOKENS, 8);
        }

        void requireTheSameLogits() {
            hand.forward(ofHand);
            plain.forward(ofPlain);
            float[] found = hand.results().get(0);
            float[] expected = plain.results().get(0);
            assertThat(distance(found, expected, 0)).as("logits").isLessThan(bound(spec));
            // Of all numbers a piece of the head is few: in bf16 one that is left out would be within the bound.
            for (int word = 0; word < EDGES.vocabulary(); word++) {
                assertThat(distance(ofWord(found, word), ofWord(expected, word), 0))
                        .as("logits of word %d", word)
                        .isLessThan(bound(spec));
            }
        }

        @Override
        public void close() {
            ofPlain.close();
            ofHand.close();
            plain.close();
            hand.close();
        }
    }

    @ParameterizedTest
    @MethodSource("everyWayToCompute")
    void logitsLossAndGradientsAreThoseOfThePlainForm(ModelSpec spec) {
        try (BothForms forms = new BothForms(spec, SEQUENCES)) {
            forms.requireTheSameLogits();
            LanguageModel hand = forms.hand;
            LanguageModel plain = forms.plain;
            double loss = hand.forwardBackward(forms.ofHand);
            double expected = plain.forwardBackward(forms.ofPlain);
            // The sum of some 2.6 million logits nearly cancels: what is left is small against its terms.
            assertThat(Math.abs(loss - expected))
                    .as("loss")
                    .isLessThan(
                            spec.loss() == Loss.SUM
                                    ? bound(spec) * Math.sqrt(1.0 * SEQUENCES * TOKENS * 5001)
                                    : bound(spec) * expected);
            List<float[]> found = hand.results();
            List<float[]> wanted = plain.results();
            assertThat(found).hasSameSizeAs(wanted);
            double whole = Math.sqrt(
                    wanted.stream().mapToDouble(one -> Math.pow(norm(one), 2)).sum());
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).hasSameSizeAs(wanted.get(i));
                // A gradient may be small against those it is computed beside, and is rounded as they are.
                assertThat(distance(found.get(i), wanted.get(i), 1e-2 * whole))
                        .as("gradient of %s", hand.layout().parameters().get(i).name())
                        .isLessThan(bound(spec));
            }
        }
    }

    /** More than 1024 tokens: then pieces of the logits have fewer words. */
    @Test
    void manyTokensHaveTheLogitsOfThePlainForm() {
        try (BothForms forms = new BothForms(spec(Precision.BF16, Gemm.UPCAST, Loss.SUM), 1024 / TOKENS + 1)) {
            forms.requireTheSameLogits();
        }
    }

    /** More than 1024 tokens of whole sequences: then they are taken in groups, the last of them smaller. */
    @ParameterizedTest
    @EnumSource
    void eachWayToMultiplyIn16BitsHasTheLogitsOfThePlainForm(LinearKernels products) {
        ModelSpec spec = spec(Precision.BF16, Gemm.NATIVE, Loss.SUM);
        assumeTrue(
                products == LinearKernels.PLAIN || LinearKernels.here(Precision.BF16) == products,
                "this libtorch or CPU does not run them");
        try (BothForms forms =
                new BothForms(spec, 1024 / TOKENS + 1, TorchScriptArchive.with(spec, products.source()))) {
            forms.requireTheSameLogits();
        }
    }

    /** oneDNN brings weights into an order of its own: each time, not once for all passes. */
    @Test
    void aPassMultipliesTheWeightsOfNow() {
        ModelSpec spec = spec(Precision.BF16, Gemm.NATIVE, Loss.SUM);
        try (LanguageModel used = LanguageModel.load(spec, "cpu").drawParameters(4);
                LanguageModel fresh = LanguageModel.load(spec, "cpu").drawParameters(5);
                TokenBatch first = used.randomBatch(1, TOKENS, 1);
                TokenBatch same = fresh.randomBatch(1, TOKENS, 1)) {
            used.forward(first);
            used.forward(first);
            used.drawParameters(5);
            try (TokenBatch again = used.randomBatch(1, TOKENS, 1)) {
                assertThat(used.forward(again)).isEqualTo(fresh.forward(same));
                assertThat(used.results().get(0)).isEqualTo(fresh.results().get(0));
            }
        }
    }

    @Test
    void aPassLeavesNothingOfTheOneBeforeIt() {
        ModelSpec spec = spec(Precision.FP32, Gemm.NATIVE, Loss.CROSS_ENTROPY);
        try (LanguageModel used = LanguageModel.load(spec, "cpu").drawParameters(4);
                LanguageModel fresh = LanguageModel.load(spec, "cpu").drawParameters(4);
                TokenBatch other = used.randomBatch(SEQUENCES, TOKENS, 1);
                TokenBatch small = used.randomBatch(1, 5, 2);
                TokenBatch one = used.randomBatch(1, TOKENS - 30, 3);
                TokenBatch same = fresh.randomBatch(1, TOKENS - 30, 3)) {
            used.forwardBackward(other);
            used.forward(small);
            used.forwardBackward(small);
            assertThat(used.forwardBackward(one)).isEqualTo(fresh.forwardBackward(same));
            List<float[]> found = used.results();
            List<float[]> expected = fresh.results();
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i))
                        .as(used.layout().parameters().get(i).name())
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aForwardPassThatKeepsWhatBackwardNeedsHasTheSameLogits(Loss loss) {
        try (LanguageModel model = LanguageModel.load(spec(Precision.BF16, Gemm.UPCAST, loss), "cpu")
                        .drawParameters(4);
                TokenBatch batch = model.randomBatch(1, TOKENS, 8)) {
            float last = model.forward(batch);
            float[] logits = model.results().get(0);
            assertThat(model.forwardRecordingGraph(batch)).isEqualTo(last);
            assertThat(model.results().get(0)).isEqualTo(logits);
        }
    }

    /** So many tokens that a piece of the logits is summed in parts, the last of them short. */
    @Test
    void theLossIsTheSumOfAllLogits() {
        try (LanguageModel model = LanguageModel.load(spec(Precision.BF16, Gemm.NATIVE, Loss.SUM), "cpu")
                        .drawParameters(4);
                TokenBatch batch = model.randomBatch(6, TOKENS, 8)) {
            model.forward(batch);
            double sum = 0;
            double magnitudes = 0;
            for (float logit : model.results().get(0)) {
                sum += logit;
                magnitudes += Math.abs(logit);
            }
            assertThat(model.forwardBackward(batch)).isCloseTo((float) sum, within((float) (1e-5 * magnitudes)));
        }
    }

    /** What all tokens have for one word, of logits [tokens, vocabulary]. */
    private static float[] ofWord(float[] logits, int word) {
        float[] column = new float[logits.length / EDGES.vocabulary()];
        for (int token = 0; token < column.length; token++) {
            column[token] = logits[token * EDGES.vocabulary() + word];
        }
        return column;
    }
}
