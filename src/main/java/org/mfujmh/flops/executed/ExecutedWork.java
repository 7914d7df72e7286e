package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.model.ExecutedOp;

/** The matrix products that one executed operator computes. */
sealed interface ExecutedWork {

    /** FLOPs of its matrix products. */
    BigInteger flops();

    /** One product, or a batch of them. */
    record Product(MatrixProduct product) implements ExecutedWork {
        @Override
        public BigInteger flops() {
            return product.flops();
        }
    }

    /** Fused attention, one call: a forward pass has two products of the square, a backward five. */
    record AttentionWork(FlashAttention kernel) implements ExecutedWork {
        @Override
        public BigInteger flops() {
            return kernel.flops();
        }
    }

    /** An operator that multiplies matrices in a way that is not known here: it must not pass for nothing. */
    record UnknownWork(String operator) implements ExecutedWork {
        @Override
        public BigInteger flops() {
            return BigInteger.ZERO;
        }
    }

    /** Operators that multiply by calling others of this list, which are recorded themselves. */
    Set<String> COMPOSED = Set.of(
            "matmul",
            "mv",
            "linear",
            "einsum",
            "scaled_dot_product_attention",
            "_scaled_dot_product_attention_math",
            "_fused_sdp_choice",
            "mkldnn_reorder_linear_weight",
            "_flash_attention_forward",
            "_flash_attention_forward_no_dropout_inplace",
            "_flash_attention_backward",
            "_efficient_attention_forward",
            "_efficient_attention_backward",
            "_cudnn_attention_forward",
            "_cudnn_attention_backward");

    /** What the name of an operator that multiplies matrices looks like. */
    Pattern MULTIPLIES = Pattern.compile(
            "(^|_)(mm|addmm|bmm|baddbmm|addbmm|mv|addmv|dot|vdot|ger|addr|matmul|linear|bilinear|einsum|gemm|attention|conv\\w*)(_|$)");

    /**
     * What an operator multiplies; empty if it multiplies no matrices, or calls others that do.
     *
     * @throws IllegalArgumentException if the recorded shapes are not those of the operator
     */
    static Optional<ExecutedWork> of(ExecutedOp op) {
        int colons = op.operator().indexOf("::");
        if (colons < 0
                || !Set.of("aten", "mkldnn", "onednn").contains(op.operator().substring(0, colons))) {
            return Optional.empty(); // An autograd node or a function of the model: what it calls is recorded.
        }
        String name = withoutOverload(op.operator().substring(colons + 2));
        return switch (name) {
            case "mm" -> product(op, factor(op, 0, 2));
            case "addmm", "addmm_", "_addmm_activation" -> product(op, factor(op, 1, 2));
            case "bmm" -> batched(op, factor(op, 0, 3));
            case "baddbmm", "baddbmm_" -> batched(op, factor(op, 1, 3));
            case "addmv", "addmv_" -> vector(op);
            case "mkldnn_linear", "_linear_pointwise" -> linear(op);
            case "_embedding_bag_forward_only" -> bags(op);
            case "_scaled_dot_product_flash_attention_for_cpu" -> attention(op, true, false);
            case "_scaled_dot_product_flash_attention_for_cpu_backward" -> attention(op, true, true);
            case "_scaled_dot_product_flash_attention",
                    "_scaled_dot_product_efficient_attention",
                    "_scaled_dot_product_cudnn_attention" -> attention(op, false, false);
            case "_scaled_dot_product_flash_attention_backward",
                    "_scaled_dot_product_efficient_attention_backward",
                    "_scaled_dot_product_cudnn_attention_backward" -> attention(op, false, true);
            default ->
                COMPOSED.contains(name)
                                || !MULTIPLIES
                                        .matcher(name.toLowerCase(Locale.ROOT))
                                        .find()
                        ? Optional.empty()
                        : Optional.of(new UnknownWork(op.operator()));
        };
    }

    /** {@code mm.out} is {@code mm} into a tensor that exists: its last input, which is not multiplied. */
    private static String withoutOverload(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static Optional<ExecutedWork> product(ExecutedOp op, int first) {
        List<Long> left = shape(op, first, 2);
        List<Long> right = shape(op, first + 1, 2);
        requireMeeting(op, left.get(1), right.get(0));
        return Optional.of(new Product(MatrixProduct.of(left.get(0), left.get(1), right.get(1))));
    }

    /**
     * Rows with a matrix whose parts are added up bag by bag. Of nine arguments the first is the matrix [parts k, width],
     * the third where each bag begins, one for each part and row, and the seventh the rows, once a part; without it, rows
     * of the matrix are only looked up and added.
     */
    private static Optional<ExecutedWork> bags(ExecutedOp op) {
        List<List<Long>> shapes = op.inputShapes();
        int first = shapes.size() - 9;
        if (first < 0) {
            throw new IllegalArgumentException(op + " has fewer than nine arguments");
        }
        if (shapes.get(first + 6).isEmpty()) {
            return Optional.empty();
        }
        List<Long> w = shape(op, first, 2);
        long bags = shape(op, first + 2, 1).get(0);
        long factors = shape(op, first + 6, 1).get(0);
        long k = factors / bags;
        return Optional.of(new Product(MatrixProduct.of(factors / w.get(0), k, w.get(0) / k * w.get(1))));
    }

    /** A matrix and a vector side by side, the last such pair: y [m] = b + w [m, k] x [k]. */
    private static Optional<ExecutedWork> vector(ExecutedOp op) {
        List<List<Long>> shapes = op.inputShapes();
        for (int i = shapes.size() - 2; i >= 0; i--) {
            List<Long> w = shapes.get(i);
            List<Long> x = shapes.get(i + 1);
            if (w.size() == 2 && x.size() == 1 && w.get(1).equals(x.get(0))) {
                return Optional.of(new Product(MatrixProduct.of(w.get(0), w.get(1), 1)));
            }
        }
        throw new IllegalArgumentException(op + " has no matrix next to a vector");
    }

    private static Optional<ExecutedWork> batched(ExecutedOp op, int first) {
        List<Long> left = shape(op, first, 3);
        List<Long> right = shape(op, first + 1, 3);
        requireMeeting(op, left.get(0), right.get(0));
        requireMeeting(op, left.get(2), right.get(1));
        return Optional.of(new Product(new MatrixProduct(left.get(0), left.get(1), left.get(2), right.get(2))));
    }

    /**
     * Where the first factor stands. An operator that a script calls is recorded with all that lies on the
     * interpreter's stack, its own arguments last; so the factors are the last two matrices side by side that
     * fit, unless the very last is the tensor that the result goes into.
     *
     * @param otherwise where the schema has it
     */
    private static int factor(ExecutedOp op, int otherwise, int dimensions) {
        List<List<Long>> shapes = op.inputShapes();
        int last = shapes.size() - 1;
        if (last >= 2
                && meet(shapes.get(last - 2), shapes.get(last - 1), dimensions)
                && result(shapes.get(last - 2), shapes.get(last - 1)).equals(shapes.get(last))) {
            return last - 2;
        }
        for (int i = last - 1; i >= 0; i--) {
            if (meet(shapes.get(i), shapes.get(i + 1), dimensions)) {
                return i;
            }
        }
        return otherwise;
    }

    private static boolean meet(List<Long> left, List<Long> right, int dimensions) {
        return left.size() == dimensions
                && right.size() == dimensions
                && left.get(dimensions - 1).equals(right.get(dimensions - 2))
                && left.subList(0, dimensions - 2).equals(right.subList(0, dimensions - 2));
    }

    private static List<Long> result(List<Long> left, List<Long> right) {
        List<Long> shape = new ArrayList<>(left);
        shape.set(left.size() - 1, right.get(right.size() - 1));
        return shape;
    }

    /**
     * y = x W^T for x of any number of dimensions: W is out x in, and the last matrix of all. What is added to the
     * product may stand between the two.
     *
     * @throws IllegalArgumentException if no two of the inputs are such factors
     */
    private static Optional<ExecutedWork> linear(ExecutedOp op) {
        List<List<Long>> shapes = op.inputShapes();
        int w = shapes.size() - 1;
        while (w > 0 && shapes.get(w).size() != 2) {
            w--;
        }
        List<Long> weight = shape(op, w, 2);
        for (int x = w - 1; x >= 0 && x >= w - 2; x--) {
            List<Long> input = shapes.get(x);
            if (!input.isEmpty() && input.get(input.size() - 1).equals(weight.get(1))) {
                long rows = input.subList(0, input.size() - 1).stream().reduce(1L, Math::multiplyExact);
                return Optional.of(new Product(MatrixProduct.of(rows, weight.get(1), weight.get(0))));
            }
        }
        throw doNotFit(op);
    }

    /**
     * Queries, keys and values stand side by side. They have one shape, but that a window takes fewer queries at a time
     * and that several heads of queries may share keys and values; in a backward pass
     * the gradient from above stands before them. As with the factors of a product, more may come first.
     */
    private static Optional<ExecutedWork> attention(ExecutedOp op, boolean cpu, boolean backward) {
        List<List<Long>> shapes = op.inputShapes();
        int queries = shapes.size() - 3;
        while (queries > 0 && !sideBySide(shapes.subList(queries, queries + 3))) {
            queries--;
        }
        List<Long> sizes = shape(op, Math.max(0, queries), 4);
        long batchHeads = Math.multiplyExact(sizes.get(0), sizes.get(1));
        long keys = shape(op, Math.max(0, queries) + 1, 4).get(2);
        return Optional.of(
                new AttentionWork(new FlashAttention(batchHeads, sizes.get(2), keys, sizes.get(3), cpu, backward)));
    }

    /** Alike but for the number of queries, which are no more than the keys. */
    private static boolean sideBySide(List<List<Long>> shapes) {
        List<Long> queries = shapes.get(0);
        List<Long> keys = shapes.get(1);
        return queries.size() == 4
                && keys.equals(shapes.get(2))
                && keys.size() == 4
                && queries.get(0).equals(keys.get(0))
                && queries.get(1) % Math.max(1, keys.get(1)) == 0
                && queries.get(2) <= keys.get(2)
                && queries.get(3).equals(keys.get(3));
    }

    private static List<Long> shape(ExecutedOp op, int input, int dimensions) {
        if (op.inputShapes().size() <= input || op.inputShapes().get(input).size() != dimensions) {
            throw new IllegalArgumentException("Input " + input + " of " + op.operator() + " should have " + dimensions
                    + " dimensions; recorded were " + op.inputShapes() + ".");
        }
        return op.inputShapes().get(input);
    }

    private static void requireMeeting(ExecutedOp op, long left, long right) {
        if (left != right) {
            throw doNotFit(op);
        }
    }

    private static IllegalArgumentException doNotFit(ExecutedOp op) {
        return new IllegalArgumentException(
                "The inputs of " + op.operator() + " do not fit: " + op.inputShapes() + ".");
    }
}
