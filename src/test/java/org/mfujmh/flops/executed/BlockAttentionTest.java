package org.mfujmh.flops.executed;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** Blocks of 16 queries of 64 tokens, counted by hand: gpt-tiny has 2 layers, 2 heads of 32. */
class BlockAttentionTest {
    private static final Architecture TINY = Models.named("gpt-tiny");
    private static final long LAYERS = 2;
    private static final long HEADS = 2;
    private static final long WIDTH = 32;
    private static final long QUERIES = 16;
    private static final Workload WORKLOAD = new Workload(TINY, 1, 64);

    /** Each block's products, so many of them a layer, all heads in one call. */
    private static Map<MatrixProduct, Long> blocks(long productsPerBlock) {
        Map<MatrixProduct, Long> products = new LinkedHashMap<>();
        for (long end = QUERIES; end <= 64; end += QUERIES) {
            // Where a block ends at the width of a head, both are of one shape.
            products.merge(new MatrixProduct(HEADS, QUERIES, WIDTH, end), LAYERS, Long::sum);
            products.merge(new MatrixProduct(HEADS, QUERIES, end, WIDTH), (productsPerBlock - 1) * LAYERS, Long::sum);
        }
        return products;
    }

    private static ExecutedTerm term(Map<MatrixProduct, Long> products, boolean backward) {
        return new BlockAttention(products).term(WORKLOAD, backward, false, Repetition.NONE, BigInteger.TEN);
    }

    /** 16 x 16, 16 x 32, 16 x 48 and 16 x 64 of 64 x 64. */
    @Test
    void fourBlocksComputeFiveEighthsOfTheSquare() {
        assertThat(TINY.heads()).isEqualTo(2);
        assertThat(TINY.headWidth()).isEqualTo(32);
        ExecutedTerm term = term(blocks(2), false);
        assertThat(term.explained()).isTrue();
        assertThat(term.expectedCalls()).isEqualTo(4 * 2 * LAYERS);
        assertThat(term.executedCalls()).isEqualTo(4 * 2 * LAYERS);
        assertThat(term.shape()).isEqualTo("blocks, 2 x [64 x 32]");
        // 2 layers x 2 heads x 2 products x 2 FLOPs x 32 x 16 x (16 + 32 + 48 + 64).
        assertThat(term.executed()).isEqualTo(BigInteger.valueOf(2 * 2 * 2 * 2 * 32 * 16 * 160));
        // The causal half with its diagonal: 64 x 65 / 2 of 64 x 64.
        assertThat(term.explanation())
                .isEqualTo("62.50 % of the square: blocks of 16 queries, each with the keys before its end"
                        + " (causal needs 50.78 %)");
    }

    @Test
    void aBackwardPassHasSixProductsOfABlockOrSevenWhereTheScoresAreComputedAgain() {
        assertThat(term(blocks(6), true)).satisfies(term -> {
            assertThat(term.explained()).isTrue();
            assertThat(term.expectedCalls()).isEqualTo(4 * 6 * LAYERS);
            assertThat(term.explanation()).startsWith("62.50 %");
        });
        assertThat(term(blocks(7), true)).satisfies(term -> {
            assertThat(term.explained()).isTrue();
            assertThat(term.expectedCalls()).isEqualTo(4 * 7 * LAYERS);
            assertThat(term.executedCalls()).isEqualTo(4 * 7 * LAYERS);
            assertThat(term.explanation()).startsWith("7 products for 6: the scores are recomputed; 62.50 %");
        });
    }

    @Test
    void aProductTooFewOrTooManyAndAHoleAreNotExplained() {
        assertThat(term(blocks(3), false).explained()).isFalse();
        assertThat(term(blocks(5), true).explained()).isFalse();
        assertThat(term(blocks(8), true).explained()).isFalse();
        Map<MatrixProduct, Long> hole = blocks(2);
        hole.keySet().removeIf(product -> product.n() == 48 || product.k() == 48);
        assertThat(term(hole, false).explained()).isFalse();
    }

    /** 8 tokens of heads of 8, 2 query heads on one key head, and a vocabulary of 50 in pieces of 40 and 10 words. */
    @Test
    void aPieceOfTheHeadIsLeftToTheHeadWhereOneKeyHeadMakesAttentionLookLikeIt() {
        Architecture model = Models.ofJson("one-key-head", """
                {"model_type": "mistral", "hidden_size": 24, "intermediate_size": 20, "num_hidden_layers": 1, "vocab_size": 50,
                 "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "max_position_embeddings": 64}
                """);
        List<ExecutedOp> ops = new ArrayList<>(List.of(
                ExecutedOp.of("aten::mm", new long[] {8, 24}, new long[] {24, 32}),
                ExecutedOp.of("aten::bmm", new long[] {1, 16, 8}, new long[] {1, 8, 8}),
                ExecutedOp.of("aten::bmm", new long[] {1, 16, 8}, new long[] {1, 8, 8}),
                ExecutedOp.of("aten::mm", new long[] {8, 16}, new long[] {16, 24}),
                ExecutedOp.of("aten::mm", new long[] {8, 24}, new long[] {24, 40}),
                ExecutedOp.of("aten::mm", new long[] {8, 20}, new long[] {20, 24}),
                ExecutedOp.of("aten::mm", new long[] {40, 24}, new long[] {24, 8}),
                ExecutedOp.of("aten::mm", new long[] {10, 24}, new long[] {24, 8})));
        Workload workload = new Workload(model, 1, 8);
        assertThat(ExecutedFlops.of(ops).compare(workload, Program.FUSED, Pass.FORWARD))
                .allMatch(ExecutedTerm::explained);
        ExecutedOp score = ops.remove(1);
        assertThat(ExecutedFlops.of(ops).compare(workload, Program.FUSED, Pass.FORWARD))
                .anyMatch(term -> !term.explained());
        ops.addAll(List.of(score, score));
        assertThat(ExecutedFlops.of(ops).compare(workload, Program.FUSED, Pass.FORWARD))
                .anyMatch(term -> !term.explained());
    }

    @Test
    void onlyAProductWithTheWidthOfAHeadConcernsAttention() {
        assertThat(BlockAttention.concerns(new MatrixProduct(2, 16, 32, 64), 32))
                .isTrue();
        assertThat(BlockAttention.concerns(new MatrixProduct(2, 16, 64, 32), 32))
                .isTrue();
        assertThat(BlockAttention.concerns(new MatrixProduct(2, 32, 16, 64), 32))
                .isTrue();
        assertThat(BlockAttention.concerns(new MatrixProduct(2, 16, 64, 48), 32))
                .isFalse();
    }
}
