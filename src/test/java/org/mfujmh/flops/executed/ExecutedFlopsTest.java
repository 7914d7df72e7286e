package org.mfujmh.flops.executed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mfujmh.model.Pass.FORWARD;
import static org.mfujmh.model.Pass.FORWARD_BACKWARD;
import static org.mfujmh.model.Program.FUSED;
import static org.mfujmh.model.Program.NOTEBOOK;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.hub.Models;

/** Records as libtorch's profiler makes them, written by hand for gpt-tiny (2 x 64 x 2, V 256), 3 x 16 tokens. */
class ExecutedFlopsTest {
    private static final Workload TINY = new Workload(Models.named("gpt-tiny"), 3, 16);
    private static final long ROWS = 48;

    @Test
    void aForwardPassOfTheNotebookIsTheClosedForm() {
        ExecutedFlops executed = ExecutedFlops.of(notebookForward());
        assertThat(executed.total()).isEqualTo(TINY.flops(Convention.EXACT, FORWARD));
        assertThat(executed.unknownOperators()).isEmpty();
        assertThat(executed.compare(TINY, NOTEBOOK, FORWARD))
                .allMatch(ExecutedTerm::explained)
                .extracting(ExecutedTerm::name)
                .containsExactly("query, key, value, projection", "scores", "values", "mlp up, head", "mlp down");
    }

    @Test
    void aBackwardPassOfTheNotebookIsTwiceThat() {
        ExecutedFlops executed = ExecutedFlops.of(notebookForwardBackward());
        assertThat(executed.total()).isEqualTo(TINY.flops(Convention.EXACT, FORWARD_BACKWARD));
        assertThat(executed.compare(TINY, NOTEBOOK, FORWARD_BACKWARD)).allMatch(ExecutedTerm::explained);
    }

    @Test
    void aProductThatDidNotRunIsMissedByName() {
        List<ExecutedOp> ops = notebookForward();
        ops.remove(ops.size() - 1);
        ExecutedFlops executed = ExecutedFlops.of(ops);
        assertThat(executed.total()).isLessThan(TINY.flops(Convention.EXACT, FORWARD));
        assertThat(executed.compare(TINY, NOTEBOOK, FORWARD))
                .filteredOn(term -> !term.explained())
                .singleElement()
                .satisfies(term -> {
                    assertThat(term.name()).contains("head");
                    assertThat(term.expectedCalls() - term.executedCalls()).isEqualTo(1);
                });
    }

    @Test
    void aProductThatIsNoneOfTheModelsIsShown() {
        List<ExecutedOp> ops = notebookForward();
        ops.add(ExecutedOp.of("aten::mm", new long[] {5, 7}, new long[] {7, 11}));
        assertThat(ExecutedFlops.of(ops).compare(TINY, NOTEBOOK, FORWARD))
                .filteredOn(term -> !term.explained())
                .singleElement()
                .satisfies(term -> {
                    assertThat(term.shape()).isEqualTo("[5 x 7][7 x 11]");
                    assertThat(term.executed()).isEqualTo(770);
                });
    }

    /** On a GPU a step multiplies each token's copies of its experts' matrices, 3 tokens x 2 experts at once. */
    @Test
    void aStepsExpertsMayBeABatchOfCopies() {
        Architecture mixture = Models.ofJson("mixture", """
                {"model_type": "mixtral", "hidden_size": 32, "intermediate_size": 24, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 80, "num_local_experts": 4,
                 "num_experts_per_tok": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
                 "tie_word_embeddings": false, "hidden_act": "silu", "rope_theta": 1e4, "sliding_window": null}
                """);
        ExecutedOp up = ExecutedOp.of("aten::bmm", new long[] {6, 48, 32}, new long[] {6, 32, 1});
        ExecutedOp down = ExecutedOp.of("aten::bmm", new long[] {6, 32, 24}, new long[] {6, 24, 1});
        assertThat(experts(mixture, up, down)).returns(true, ExecutedTerm::explained);
        assertThat(experts(mixture, up)).returns(false, ExecutedTerm::explained);
        ExecutedOp ofTwoTokens = ExecutedOp.of("aten::bmm", new long[] {4, 32, 24}, new long[] {4, 24, 1});
        assertThat(experts(mixture, up, ofTwoTokens)).returns(false, ExecutedTerm::explained);
    }

    private static ExecutedTerm experts(Architecture model, ExecutedOp... ran) {
        return ExecutedFlops.of(List.of(ran)).compareStep(model, 3, 10).stream()
                .filter(term -> term.name().equals("experts"))
                .findFirst()
                .orElseThrow();
    }

    /** [3 x 64] by a matrix of 96 rows in 4 parts; what is only looked up and added up is no product. */
    @Test
    void rowsInEmbeddingBagsAreOneProduct() {
        long[] none = {};
        ExecutedFlops executed = ExecutedFlops.of(List.of(
                ExecutedOp.of(
                        "aten::_embedding_bag_forward_only",
                        new long[] {7, 7},
                        new long[] {256, 24},
                        new long[] {768},
                        new long[] {12},
                        none,
                        none,
                        none,
                        new long[] {768},
                        none,
                        none),
                ExecutedOp.of(
                        "aten::_embedding_bag_forward_only",
                        new long[] {256, 24},
                        new long[] {256},
                        new long[] {4},
                        none,
                        none,
                        none,
                        none,
                        none,
                        none)));
        assertThat(executed.unknownOperators()).isEmpty();
        assertThat(executed.total()).isEqualTo(2 * 3 * 64 * 96);
    }

    @Test
    void callersAreNotCountedBesideWhatTheyCall() {
        ExecutedFlops executed = ExecutedFlops.of(List.of(
                ExecutedOp.of("aten::linear", new long[] {3, 16, 64}, new long[] {256, 64}),
                ExecutedOp.of("aten::matmul", new long[] {3, 16, 64}, new long[] {64, 256}),
                ExecutedOp.of("autograd::engine::evaluate_function: MmBackward0"),
                ExecutedOp.of("MmBackward0", new long[] {48, 256}),
                ExecutedOp.of("aten::mm", new long[] {48, 64}, new long[] {64, 256}),
                ExecutedOp.of("aten::softmax", new long[] {6, 16, 16})));
        assertThat(executed.total()).isEqualTo(2 * 48 * 64 * 256);
        assertThat(executed.unknownOperators()).isEmpty();
    }

    @Test
    void everyOperatorThatMultipliesCountsItsOwnInputs() {
        assertThat(flops(ExecutedOp.of("aten::mm", shape(2, 3), shape(3, 5)))).isEqualTo(60);
        assertThat(flops(ExecutedOp.of("aten::mm.out", shape(2, 3), shape(3, 5), shape(2, 5))))
                .isEqualTo(60);
        assertThat(flops(ExecutedOp.of("aten::mm", shape(2, 3), shape(3, 5), shape(2, 5))))
                .isEqualTo(60);
        assertThat(flops(ExecutedOp.of(
                        "aten::addmm", shape(5), shape(2, 3), shape(3, 5), shape(), shape(), shape(2, 5))))
                .isEqualTo(60);
        assertThat(flops(ExecutedOp.of("aten::bmm", shape(7, 2, 3), shape(7, 3, 5))))
                .isEqualTo(420);
        assertThat(flops(ExecutedOp.of("aten::baddbmm", shape(7, 2, 5), shape(7, 2, 3), shape(7, 3, 5))))
                .isEqualTo(420);
        assertThat(flops(ExecutedOp.of("mkldnn::_linear_pointwise", shape(7, 2, 3), shape(5, 3), shape(5))))
                .isEqualTo(420);
        assertThat(flops(ExecutedOp.of("aten::mkldnn_linear", shape(2, 3), shape(5, 3))))
                .isEqualTo(60);
    }

    /** As the profiler recorded a forward pass of the handwritten program: what lay on the interpreter's stack comes first. */
    @Test
    void whatLiesOnTheStackBelowTheArgumentsIsNotMultiplied() {
        assertThat(flops(ExecutedOp.of(
                        "aten::mm", shape(), shape(), shape(1024, 768), shape(768, 4096), shape(1024, 4096))))
                .isEqualTo(2L * 1024 * 768 * 4096);
        assertThat(flops(ExecutedOp.of(
                        "aten::addmm_",
                        shape(),
                        shape(7, 3),
                        shape(3, 5),
                        shape(3, 5),
                        shape(3, 9),
                        shape(9, 5),
                        shape(),
                        shape())))
                .isEqualTo(2L * 3 * 9 * 5);
        assertThat(flops(ExecutedOp.of(
                        "aten::baddbmm",
                        shape(12, 128, 64),
                        shape(12, 128, 1024),
                        shape(12, 128, 64),
                        shape(12, 64, 1024),
                        shape(),
                        shape(),
                        shape(12, 128, 1024))))
                .isEqualTo(2L * 12 * 128 * 64 * 1024);
        assertThat(flops(ExecutedOp.of("aten::mm", shape(4, 4), shape(), shape(4, 4), shape(4, 4), shape(4, 4))))
                .isEqualTo(128);
        assertThat(flops(ExecutedOp.of(
                        "mkldnn::_linear_pointwise",
                        shape(),
                        shape(128, 768),
                        shape(128, 768),
                        shape(2304, 768),
                        shape(2304),
                        shape(),
                        shape())))
                .isEqualTo(2L * 128 * 768 * 2304);
    }

    /** The residual stream stands between what is multiplied, and may have more columns or fewer than the input. */
    @Test
    void whatIsAddedToALinearLayerIsNotMultiplied() {
        assertThat(flops(ExecutedOp.of(
                        "mkldnn::_linear_pointwise",
                        shape(),
                        shape(128, 3072),
                        shape(128, 768),
                        shape(768, 3072),
                        shape(768),
                        shape())))
                .isEqualTo(2L * 128 * 3072 * 768);
        assertThat(flops(ExecutedOp.of(
                        "mkldnn::_linear_pointwise",
                        shape(128, 768),
                        shape(128, 768),
                        shape(768, 768),
                        shape(768),
                        shape())))
                .isEqualTo(2L * 128 * 768 * 768);
    }

    @Test
    void anOperatorThatMultipliesAndIsNotKnownIsNamed() {
        assertThat(ExecutedFlops.of(List.of(
                                ExecutedOp.of("aten::_int_mm", shape(2, 3), shape(3, 5)),
                                ExecutedOp.of("aten::conv1d", shape(2, 3), shape(3, 5)),
                                ExecutedOp.of("aten::native_layer_norm", shape(2, 3)),
                                ExecutedOp.of("aten::add_", shape(2, 3)),
                                ExecutedOp.of("aten::addcmul", shape(2, 3))))
                        .unknownOperators())
                .containsExactly("aten::_int_mm", "aten::conv1d");
    }

    @Test
    void aRecordWithoutShapesIsRefused() {
        assertThatThrownBy(() -> ExecutedFlops.of(List.of(ExecutedOp.of("aten::mm"))))
                .hasMessageContaining("Input 0 of aten::mm should have 2 dimensions");
        assertThatThrownBy(() -> ExecutedFlops.of(List.of(ExecutedOp.of("aten::mm", shape(2, 3), shape(4, 5)))))
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> flops(ExecutedOp.of("aten::bmm", shape(7, 2, 3), shape(6, 3, 5))))
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> flops(ExecutedOp.of("aten::bmm", shape(7, 2, 3), shape(7, 4, 5))))
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> flops(ExecutedOp.of("aten::mkldnn_linear", shape(7, 2, 3), shape(5, 4))))
                .hasMessageContaining("do not fit");
    }

    /** 16 tokens lie within one tile: the square is computed whole, and the scores again in the backward pass. */
    @Test
    void fusedAttentionIsExplainedByItsTilesAndItsRecomputation() {
        ExecutedFlops executed = ExecutedFlops.of(fusedForwardBackward());
        BigInteger scores = BigInteger.valueOf(2L * 2 * 6 * 16 * 16 * 32);
        assertThat(executed.total())
                .isEqualTo(TINY.flops(Convention.EXACT, FORWARD_BACKWARD).add(scores))
                .isEqualTo(TINY.flops(Convention.HFU_SDPA, FORWARD_BACKWARD));
        List<ExecutedTerm> terms = executed.compare(TINY, FUSED, FORWARD_BACKWARD);
        assertThat(terms).allMatch(ExecutedTerm::explained);
        assertThat(terms)
                .filteredOn(term -> term.shape().startsWith("fused"))
                .extracting(term -> term.executed().subtract(term.expected()))
                .containsExactly(BigInteger.ZERO, scores);
    }

    @Test
    void aMissingCallOfFusedAttentionIsNotExplained() {
        List<ExecutedOp> ops = fusedForwardBackward();
        ops.removeIf(op -> op.operator().endsWith("_backward"));
        assertThat(ExecutedFlops.of(ops).compare(TINY, FUSED, FORWARD_BACKWARD))
                .filteredOn(term -> !term.explained())
                .singleElement()
                .satisfies(term -> assertThat(term.executedCalls()).isZero());
    }

    /** Blocks of 8 of 16 tokens: three of four quarters of the square; 6 sequences' heads, 2 at a time. */
    @Test
    void attentionInBlocksIsExplainedByTheSquareThatTheyCover() {
        ExecutedFlops executed = ExecutedFlops.of(blocksForward(8, 16));
        BigInteger quarter = BigInteger.valueOf(2L * 2 * 2 * 6 * 8 * 8 * 32);
        assertThat(executed.total())
                .isEqualTo(TINY.flops(Convention.EXACT, FORWARD).subtract(quarter));
        assertThat(executed.compare(TINY, FUSED, FORWARD))
                .allMatch(ExecutedTerm::explained)
                .filteredOn(term -> term.shape().startsWith("blocks"))
                .singleElement()
                .satisfies(term -> assertThat(term.explanation()).startsWith("75.00 % of the square: blocks of 8"));
    }

    @Test
    void blocksThatLeaveAGapOrAreRunTooRarelyAreNotExplained() {
        assertThat(ExecutedFlops.of(blocksForward(8)).compare(TINY, FUSED, FORWARD))
                .filteredOn(term -> !term.explained())
                .extracting(ExecutedTerm::name)
                .containsExactly("scores, values");
        assertThat(ExecutedFlops.of(blocksForward(16)).compare(TINY, FUSED, FORWARD))
                .filteredOn(term -> !term.explained())
                .hasSize(1);
        List<ExecutedOp> once = blocksForward(8, 16);
        once.remove(ExecutedOp.of("aten::bmm", shape(2, 8, 16), shape(2, 16, 32)));
        assertThat(ExecutedFlops.of(once).compare(TINY, FUSED, FORWARD))
                .filteredOn(term -> !term.explained())
                .hasSize(1);
    }

    @Test
    void aHeadInPiecesIsExplainedWhereTheyAddUp() {
        List<ExecutedOp> ops = blocksForward(8, 16);
        ops.remove(ops.size() - 1);
        ops.add(ExecutedOp.of("aten::mm", shape(200, 64), shape(64, ROWS)));
        assertThat(ExecutedFlops.of(ops).compare(TINY, FUSED, FORWARD))
                .filteredOn(term -> !term.explained())
                .extracting(ExecutedTerm::name)
                .containsExactly("mlp up, head", "");
        ops.add(ExecutedOp.of("aten::mm", shape(56, 64), shape(64, ROWS)));
        ExecutedFlops whole = ExecutedFlops.of(ops);
        assertThat(whole.compare(TINY, FUSED, FORWARD))
                .allMatch(ExecutedTerm::explained)
                .filteredOn(term -> term.name().contains("head"))
                .singleElement()
                .satisfies(term -> assertThat(term.executedCalls()).isEqualTo(4));
        assertThat(whole.total())
                .isEqualTo(ExecutedFlops.of(blocksForward(8, 16)).total());
    }

    /** Three sequences, each by itself; blocks of 8 queries that end before these keys. */
    private static List<ExecutedOp> blocksForward(int... ends) {
        List<ExecutedOp> ops = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            ops.add(ExecutedOp.of("aten::addmm", shape(192), shape(ROWS, 64), shape(64, 192)));
            for (int sequence = 0; sequence < 3; sequence++) {
                for (int end : ends) {
                    ops.add(ExecutedOp.of("aten::baddbmm", shape(2, 8, end), shape(2, 8, 32), shape(2, 32, end)));
                    ops.add(ExecutedOp.of("aten::bmm", shape(2, 8, end), shape(2, end, 32)));
                }
            }
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 64), shape(64, 64)));
            ops.add(ExecutedOp.of("aten::addmm", shape(256), shape(ROWS, 64), shape(64, 256)));
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 256), shape(256, 64)));
        }
        ops.add(ExecutedOp.of("aten::mm", shape(ROWS, 64), shape(64, 256)));
        return ops;
    }

    private static BigInteger flops(ExecutedOp op) {
        return ExecutedFlops.of(List.of(op)).total();
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    private static List<ExecutedOp> notebookForward() {
        List<ExecutedOp> ops = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            for (int i = 0; i < 3; i++) {
                ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 64), shape(64, 64), shape(), shape()));
            }
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 16, 32), shape(6, 32, 16)));
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 16, 16), shape(6, 16, 32)));
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 64), shape(64, 64), shape(), shape()));
            ops.add(ExecutedOp.of("aten::addmm", shape(256), shape(ROWS, 64), shape(64, 256), shape(), shape()));
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 256), shape(256, 64), shape(), shape()));
        }
        ops.add(ExecutedOp.of("aten::mm", shape(ROWS, 64), shape(64, 256)));
        return ops;
    }

    private static List<ExecutedOp> notebookForwardBackward() {
        List<ExecutedOp> ops = notebookForward();
        backwardOfWeight(ops, 64, 256);
        for (int layer = 0; layer < 2; layer++) {
            backwardOfWeight(ops, 256, 64);
            backwardOfWeight(ops, 64, 256);
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 16, 16), shape(6, 16, 32)));
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 16, 32), shape(6, 32, 16)));
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 32, 16), shape(6, 16, 16)));
            ops.add(ExecutedOp.of("aten::bmm", shape(6, 16, 16), shape(6, 16, 32)));
            for (int i = 0; i < 4; i++) {
                backwardOfWeight(ops, 64, 64);
            }
        }
        return ops;
    }

    /** dX = dY W, dW = dY^T X: libtorch's weights are out x in. */
    private static void backwardOfWeight(List<ExecutedOp> ops, long in, long out) {
        ops.add(ExecutedOp.of("aten::mm", shape(ROWS, out), shape(out, in)));
        ops.add(ExecutedOp.of("aten::mm", shape(out, ROWS), shape(ROWS, in)));
    }

    /**
     * As recorded on an H100 (PyTorch 2.11): by autograd with the arguments alone, by the program written out for GPUs
     * behind what lay on the interpreter's stack.
     */
    @ParameterizedTest
    @ValueSource(strings = {"flash", "cudnn", "efficient"})
    void fusedAttentionOfAGpuIsKnownByName(String kernel) {
        String operator = "aten::_scaled_dot_product_" + kernel + "_attention";
        long[] head = shape(32, 12, 1024, 64);
        long[] none = shape();
        long square = 2L * 32 * 12 * 1024 * 1024 * 64;
        assertThat(flops(ExecutedOp.of(operator, head, head, head, none, none, none, none, none, none)))
                .isEqualTo(2 * square);
        assertThat(flops(ExecutedOp.of(
                        operator, none, none, shape(5, 5, 5, 5), none, head, head, head, none, none, none, none)))
                .isEqualTo(2 * square);
        assertThat(flops(ExecutedOp.of(
                        operator + "_backward", none, head, head, head, head, head, shape(32, 12, 1024), none, none)))
                .isEqualTo(5 * square);
        assertThat(ExecutedFlops.of(List.of(ExecutedOp.of("aten::_" + kernel + "_attention_forward", head, head, head)))
                        .unknownOperators())
                .isEmpty();
    }

    /** 252 words and 4 that nobody asks for. */
    @Test
    void aVocabularyPaddedToAMultipleOf64IsExplained() {
        Workload odd = new Workload(Gpt2.of("odd", 2, 64, 2, 252, 64), 3, 16);
        ExecutedFlops padded = ExecutedFlops.of(fusedForwardBackward());
        assertThat(padded.compare(odd, FUSED, FORWARD_BACKWARD))
                .allMatch(ExecutedTerm::explained)
                .anySatisfy(term -> {
                    assertThat(term.explanation()).contains("padded to 256 words");
                    assertThat(term.executed().subtract(term.expected()).longValueExact())
                            .isEqualTo(2 * ROWS * 64 * 4);
                });
        Workload another = new Workload(Gpt2.of("another", 2, 64, 2, 250 - 64, 64), 3, 16);
        assertThat(padded.compare(another, FUSED, FORWARD_BACKWARD)).anyMatch(term -> !term.explained());
    }

    private static List<ExecutedOp> fusedForwardBackward() {
        List<ExecutedOp> ops = new ArrayList<>();
        long[] head = shape(3, 2, 16, 32);
        for (int layer = 0; layer < 2; layer++) {
            ops.add(ExecutedOp.of("aten::addmm", shape(192), shape(ROWS, 64), shape(64, 192)));
            ops.add(ExecutedOp.of("aten::scaled_dot_product_attention", head, head, head));
            ops.add(ExecutedOp.of("aten::_scaled_dot_product_flash_attention_for_cpu", head, head, head));
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 64), shape(64, 64)));
            ops.add(ExecutedOp.of("aten::addmm", shape(256), shape(ROWS, 64), shape(64, 256)));
            ops.add(ExecutedOp.of("aten::addmm", shape(64), shape(ROWS, 256), shape(256, 64)));
        }
        ops.add(ExecutedOp.of("aten::mm", shape(ROWS, 64), shape(64, 256)));
        backwardOfWeight(ops, 64, 256);
        for (int layer = 0; layer < 2; layer++) {
            backwardOfWeight(ops, 256, 64);
            backwardOfWeight(ops, 64, 256);
            backwardOfWeight(ops, 64, 64);
            ops.add(ExecutedOp.of(
                    "aten::_scaled_dot_product_flash_attention_for_cpu_backward", head, head, head, head, head));
            backwardOfWeight(ops, 64, 192);
        }
        return ops;
    }
}
