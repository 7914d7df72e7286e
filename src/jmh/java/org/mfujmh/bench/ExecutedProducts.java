package org.mfujmh.bench;

import java.util.List;
import org.mfujmh.engine.TracedOperation;

/**
 * FLOPs of the matrix products in a trace. Counted are the operators that do the work; those that
 * only call them ({@code aten::linear}, {@code aten::matmul}) stand in the trace too and are not.
 *
 * @param matrixFlops of mm, addmm, bmm and baddbmm: 2 M K N each
 * @param attentionForwardFlops of fused attention: scores and values over the full square, 4 B H T T (d / H)
 * @param attentionBackwardCalls how often fused attention ran backward
 */
record ExecutedProducts(long matrixFlops, long attentionForwardFlops, long attentionBackwardCalls) {

    static ExecutedProducts of(List<TracedOperation> operations) {
        return new ExecutedProducts(
                operations.stream().mapToLong(ExecutedProducts::matrix).sum(),
                operations.stream().mapToLong(ExecutedProducts::attention).sum(),
                operations.stream().filter(ExecutedProducts::attentionBackward).count());
    }

    private static long matrix(TracedOperation operation) {
        return switch (operation.name()) {
            case "aten::mm", "aten::bmm" -> product(operation, 0);
            case "aten::addmm", "aten::baddbmm" -> product(operation, 1);
            case "mkldnn::_linear_pointwise" -> {
                // x [..., K], w [N, K]
                List<Long> w = operation.shapes().get(1);
                yield 2 * size(operation.shapes().get(0)) * w.get(0);
            }
            default -> 0;
        };
    }

    /** 2 x the left matrix's size x the right matrix's columns. */
    private static long product(TracedOperation operation, int left) {
        List<Long> right = operation.shapes().get(left + 1);
        return 2 * size(operation.shapes().get(left)) * right.get(right.size() - 1);
    }

    private static long attention(TracedOperation operation) {
        if (!operation.name().startsWith("aten::_scaled_dot_product_")
                || operation.name().endsWith("_backward")) {
            return 0;
        }
        // q [B, H, T, d / H], k [B, H, S, d / H]
        return 4 * size(operation.shapes().get(0)) * operation.shapes().get(1).get(2);
    }

    private static boolean attentionBackward(TracedOperation operation) {
        return operation.name().startsWith("aten::_scaled_dot_product_")
                && operation.name().endsWith("_backward");
    }

    private static long size(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
