package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

class MovedBytesTest {
    /** One layer, d = 4, two heads of 2, V = 10; three tokens. */
    private static final Workload SMALL = new Workload(Gpt2.of("by-hand", 1, 4, 2, 10, 8), 1, 3);

    /**
     * By hand, numbers: qkv 3x4 + 4x12 + 3x12 = 96; scores, a head, Q 3x2 + K 2x3 (+ 3x3 where it moves) = 12 (21);
     * values, a head, V 3x2 + 3x2 (+ 3x3) = 12 (21); projection 12 + 16 + 12 = 40; up 12 + 64 + 48 = 124; down
     * 48 + 64 + 12 = 124; head 12 + 40 + 30 = 82.
     */
    private static final long FUSED = 96 + 2 * 12 + 2 * 12 + 40 + 124 + 124 + 82;

    @Test
    void aForwardPassReadsBothFactorsAndWritesTheResultOnce() {
        assertThat(MovedBytes.of(SMALL, Pass.FORWARD, Program.FUSED, 2)).isEqualTo(2 * FUSED);
        assertThat(MovedBytes.of(SMALL, Pass.FORWARD, Program.FUSED, 4)).isEqualTo(4 * FUSED);
    }

    @Test
    void theNotebooksProgramMovesTheSquareAndReadsItsInputThreeTimes() {
        // Query, key and value apart: 3 x (12 + 16 + 12); a 3 x 3 matrix a head for scores, and again for values.
        long apart = FUSED - 96 + 3 * 40 + 4 * 9;
        assertThat(MovedBytes.of(SMALL, Pass.FORWARD, Program.NOTEBOOK, 2)).isEqualTo(2 * apart);
    }

    @Test
    void theGradientsAreProductsOfTheSameThreeMatrices() {
        assertThat(MovedBytes.of(SMALL, Pass.FORWARD_BACKWARD, Program.FUSED, 2))
                .isEqualTo(3 * 2 * FUSED);
    }

    /** At T = d / heads the matrices of a head are square too, and still move. */
    @Test
    void aSquareOfAHeadIsNoSquareOfScores() {
        Workload square = new Workload(SMALL.model(), 1, 2);
        long numbers =
                (2 * 4 + 48 + 2 * 12) + 2 * 8 + 2 * 8 + (8 + 16 + 8) + (8 + 64 + 32) + (32 + 64 + 8) + (8 + 40 + 20);
        assertThat(MovedBytes.of(square, Pass.FORWARD, Program.FUSED, 1)).isEqualTo(numbers);
    }
}
