package org.mfujmh.flops;

import java.math.BigInteger;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;

/**
 * A model of the bytes that a pass moves between memory and processor, for a roofline plot (Williams, Waterman and
 * Patterson, CACM 52, 2009): every matrix product reads both its factors once and writes its result once. The fused
 * program's T x T matrices of attention never leave the processor, so they count in the notebook's program alone.
 *
 * <p>It is no measurement. Caches too small for a factor make it more; norms, GELU, softmax, embeddings and the
 * optimizer are left out; a result that the next product finds in the cache makes it less.
 */
public final class MovedBytes {
    private MovedBytes() {}

    /**
     * @param bytesPerNumber as kept in memory: 2 for bf16 and fp16
     * @return bytes of one pass over the whole batch
     */
    public static BigInteger of(Workload workload, Pass pass, Program program, int bytesPerNumber) {
        long kept = program == Program.NOTEBOOK ? 0 : (long) workload.tokens() * workload.tokens();
        BigInteger numbers = BigInteger.ZERO;
        for (ModelProduct product : ModelProduct.forward(workload, program, pass)) {
            numbers = numbers.add(numbers(product, kept));
            if (pass == Pass.FORWARD_BACKWARD) {
                for (ModelProduct gradient : product.backward()) {
                    numbers = numbers.add(numbers(gradient, kept));
                }
            }
        }
        return numbers.multiply(BigInteger.valueOf(bytesPerNumber));
    }

    /** Each product of attention, forward or backward, has one T x T matrix among its three. */
    private static BigInteger numbers(ModelProduct product, long kept) {
        MatrixProduct shape = product.product();
        long three = shape.m() * shape.k() + shape.k() * shape.n() + shape.m() * shape.n();
        long moved = product.operands().attention() ? three - kept : three;
        return BigInteger.valueOf(moved)
                .multiply(BigInteger.valueOf(shape.batch()))
                .multiply(BigInteger.valueOf(product.count()));
    }
}
