package org.mfujmh.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;

/** Bytes of a decoding step against counts by hand, published figures and simulated routing. */
class DecodeBytesTest {

    /** One layer, d = 4, two heads of 2, V = 10, context 8; two sequences with three tokens each in the cache. */
    @Test
    void aSmallGptByHand() {
        DecodeBytes step = new DecodeBytes(Gpt2.of("by-hand", 1, 4, 2, 10, 8), 2, 3, Precision.BF16);
        int rows = 2 * 4 + 4; // a token's for each sequence, a position's for both
        int matrices = 4 * 12 + 4 * 4 + 4 * 16 + 16 * 4 + 10 * 4;
        int vectors = 12 + 4 + 16 + 4 + 3 * 2 * 4; // four biases; three norms with scale and shift
        int cache = 2 * 2 * 2 * (3 + 1) * 2; // keys and values, two heads of 2, four tokens, two sequences
        assertThat(step.expected()).isEqualTo(2 * (rows + matrices + vectors + cache));
        assertThat(step.least()).isEqualTo(step.expected());
        assertThat(step.most()).isEqualTo(step.expected());
        assertThat(step.perToken()).isEqualTo(step.expected() / 2);
        assertThat(new DecodeBytes(step.model(), 2, 3, Precision.FP32).expected())
                .isEqualTo(2 * step.expected());
    }

    /** Its config: 16 layers, d = 2048, 32 heads and 8 of keys, width 64, ff 8192, vocabulary 128256, tied. */
    @Test
    void theTiedHeadIsReadAndTheEmbeddingLookedUp() {
        DecodeBytes step = new DecodeBytes(Models.named("llama-3.2-1b"), 1, 256, Precision.BF16);
        long block = 2048L * (2048 + 2 * 512) + 2048L * 2048 + 3 * 2048L * 8192;
        long matrices = 16 * block + 2048L * 128256;
        long norms = (2 * 16 + 1) * 2048L;
        long cache = 16L * 2 * 8 * 64 * 257;
        assertThat(step.expected()).isEqualTo(2.0 * (matrices + norms + cache + 2048));
    }

    @Test
    void aWindowBoundsTheCache() {
        Architecture gemma = Models.named("gemma-3-270m");
        DecodeBytes before = new DecodeBytes(gemma, 1, 4000, Precision.BF16);
        DecodeBytes after = new DecodeBytes(gemma, 1, 5000, Precision.BF16);
        // 3 of its 18 layers see all positions; one head of 256 for keys and values.
        assertThat(after.expected() - before.expected()).isEqualTo(2 * 3 * 1000 * 2 * 256.0);
    }

    /**
     * gpt-fast's README: Llama-3.1-8B in bf16 on one A100, 93.83 tokens/s at 1,408.37 GB/s. With a cache of 205 slots, for
     * its five tokens and 200 new ones, it would be 0.2 % more.
     */
    @Test
    void gptFastsPublishedBandwidthComesOutOfItsTokens() {
        DecodeBytes step = new DecodeBytes(Models.named("llama-3.1-8b"), 1, 204, Precision.BF16);
        assertThat(93.83 * ByteConvention.GPT_FAST.of(step) / 1e9).isCloseTo(1408.37, withinPercentage(0.01));
    }

    @Test
    void theConventionsDifferByTheEmbeddingAndTheCache() {
        DecodeBytes step = new DecodeBytes(Models.named("gpt-small"), 1, 255, Precision.FP32);
        double cache = 4 * 2.0 * 12 * 768 * 256;
        double embeddings = 4.0 * (50257 + 1024) * 768;
        double looked = 4.0 * 2 * 768;
        assertThat(ByteConvention.GPT_FAST.of(step)).isEqualTo(4.0 * 163_037_184 - embeddings);
        assertThat(ByteConvention.EXACT.of(step)).isEqualTo(ByteConvention.GPT_FAST.of(step) + looked + cache);
        assertThat(ByteConvention.WEIGHTS_ONLY.of(step)).isEqualTo(4.0 * 123_532_032);
        assertThat(ByteConvention.NANOCHAT.of(step)).isEqualTo(4.0 * 163_037_184 + cache);
    }

    /** Each of B tokens chooses k of E experts, evenly: how many are chosen by at least one, by simulation. */
    @ParameterizedTest
    @CsvSource({"128, 8, 1", "128, 8, 4", "128, 8, 32", "8, 2, 3", "4, 4, 5"})
    void expertsInExpectation(int experts, int used, int tokens) {
        Random random = new Random(experts * 31L + tokens);
        int rounds = 4000;
        long distinct = 0;
        for (int round = 0; round < rounds; round++) {
            Set<Integer> chosen = new HashSet<>();
            for (int token = 0; token < tokens; token++) {
                random.ints(0, experts).distinct().limit(used).forEach(chosen::add);
            }
            distinct += chosen.size();
        }
        assertThat(DecodeBytes.expectedExperts(experts, used, tokens))
                .isCloseTo(distinct / (double) rounds, within(0.02 * experts));
    }

    @Test
    void oneSequenceReadsJustTheExpertsItUses() {
        Architecture model = Models.named("qwen3-30b-a3b");
        DecodeBytes one = new DecodeBytes(model, 1, 100, Precision.BF16);
        assertThat(one.expected()).isEqualTo(one.least()).isEqualTo(one.most());
        DecodeBytes many = new DecodeBytes(model, 1000, 100, Precision.BF16);
        assertThat(many.expected()).isCloseTo(many.most(), withinPercentage(1e-6));
        DecodeBytes few = new DecodeBytes(model, 4, 100, Precision.BF16);
        assertThat(few.expected()).isBetween(few.least(), few.most());
    }

    @Test
    void thereIsNoPositionAfterTheLast() {
        assertThatThrownBy(() -> new DecodeBytes(Models.named("gpt-small"), 1, 1024, Precision.BF16))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Choose 1 to 1023 cached tokens");
    }
}
