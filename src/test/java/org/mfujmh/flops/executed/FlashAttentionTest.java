package org.mfujmh.flops.executed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlashAttentionTest {

    /** Rows of queries times the keys that their tiles reach, by hand. */
    @ParameterizedTest
    @CsvSource({
        "1024, 256 * 512 + 256 * 512 + 256 * 1024 + 256 * 1024, 786432",
        "768,  256 * 512 + 256 * 512 + 256 * 768, 458752",
        "512,  one column of tiles: 512 * 512, 262144",
        "576,  8 * 64 * 512 + 64 * 576, 299008",
        "64,   one column of tiles: 64 * 64, 4096",
        "1,    one element, 1"
    })
    void computesTheTilesThatTheDiagonalReaches(long tokens, String byHand, long elements) {
        assertThat(new FlashAttention(1, tokens, tokens, 64, true, false).computed())
                .as(byHand)
                .isEqualTo(elements);
    }

    @Test
    void atTheContextOfGpt2ItIsThreeQuartersOfTheSquare() {
        FlashAttention attention = new FlashAttention(12, 1024, 1024, 64, true, false);
        assertThat(attention.flops()).isEqualTo(2L * 2 * 12 * 64 * 1024 * 1024 * 3 / 4);
        assertThat(attention.explanation()).contains("75.00 % of the square").contains("causal needs 50.05 %");
    }

    @Test
    void aBackwardPassHasFiveProductsForTwo() {
        assertThat(new FlashAttention(12, 1024, 1024, 64, true, true).flops().longValueExact() * 2)
                .isEqualTo(new FlashAttention(12, 1024, 1024, 64, true, false)
                                .flops()
                                .longValueExact()
                        * 5);
    }

    @Test
    void onAGpuItIsTakenWholeAndSaysSo() {
        FlashAttention attention = new FlashAttention(1, 1024, 1024, 64, false, false);
        assertThat(attention.computed()).isEqualTo(1024 * 1024);
        assertThat(attention.explanation()).contains("upper bound");
    }
}
