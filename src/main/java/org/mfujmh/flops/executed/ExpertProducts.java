package org.mfujmh.flops.executed;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.mfujmh.flops.MatrixProduct;
import org.mfujmh.flops.ModelProduct;

/**
 * The products of experts: one for each expert and the tokens that chose it, so that their shapes are not known before.
 * Each has the two sizes of the weight, and as its third the number of tokens. As every token passes through the same
 * number of experts, the FLOPs of all of them are known.
 */
final class ExpertProducts {
    private ExpertProducts() {}

    /**
     * Takes the products of experts out of what ran and compares their FLOPs with the closed form.
     *
     * @param experts of the model
     * @param others products of the model, whose shapes are not taken
     * @param executed calls by canonical shape; what is taken is removed
     */
    static ExecutedTerm claim(
            List<ModelProduct> experts, List<ModelProduct> others, Map<MatrixProduct, Long> executed) {
        BigInteger ran = BigInteger.ZERO;
        long calls = 0;
        Iterator<Map.Entry<MatrixProduct, Long>> each = executed.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<MatrixProduct, Long> entry = each.next();
            MatrixProduct shape = entry.getKey();
            boolean taken = others.stream()
                            .noneMatch(other -> other.product().canonical().equals(shape))
                    && experts.stream().anyMatch(expert -> isPart(shape, expert.product()));
            if (taken) {
                ran = ran.add(shape.flops().multiply(BigInteger.valueOf(entry.getValue())));
                calls += entry.getValue();
                each.remove();
            }
        }
        BigInteger expected = experts.stream().map(ModelProduct::flops).reduce(BigInteger.ZERO, BigInteger::add);
        boolean explained = ran.equals(expected);
        return new ExecutedTerm(
                "experts",
                "by the tokens that chose each",
                experts.stream().mapToLong(ModelProduct::count).sum(),
                calls,
                expected,
                ran,
                explained,
                explained ? "in " + calls + " products, which add up" : "FLOPs differ");
    }

    /** Whether a product is of some of the tokens: in y and dX they are the rows, in dW what is summed over. */
    private static boolean isPart(MatrixProduct ran, MatrixProduct whole) {
        return isRows(ran, whole)
                || isRows(new MatrixProduct(ran.batch(), ran.n(), ran.k(), ran.m()), whole)
                || isSum(ran, whole)
                || isSum(new MatrixProduct(ran.batch(), ran.n(), ran.k(), ran.m()), whole);
    }

    /** A batch has one token for each product: each multiplies a copy of its expert's matrix. */
    private static boolean isRows(MatrixProduct ran, MatrixProduct whole) {
        return (ran.batch() == 1 || ran.m() == 1)
                && ran.k() == whole.k()
                && ran.n() == whole.n()
                && ran.batch() * ran.m() <= whole.m();
    }

    private static boolean isSum(MatrixProduct ran, MatrixProduct whole) {
        return ran.batch() == 1 && ran.m() == whole.m() && ran.n() == whole.n() && ran.k() <= whole.k();
    }
}
