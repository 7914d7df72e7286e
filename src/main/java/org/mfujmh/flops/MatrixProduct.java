package org.mfujmh.flops;

import java.math.BigInteger;

/**
 * Products of an m x k matrix with a k x n matrix, {@code batch} of them at once.
 *
 * @param batch how many are multiplied in one call; 1 for a plain product
 * @param m rows of the first, and of the result
 * @param k columns of the first, rows of the second: what is summed over
 * @param n columns of the second, and of the result
 */
public record MatrixProduct(long batch, long m, long k, long n) {

    /** One plain product. */
    public static MatrixProduct of(long m, long k, long n) {
        return new MatrixProduct(1, m, k, n);
    }

    /** 2 batch m k n: every element of the result is a sum of k products. */
    public BigInteger flops() {
        return BigInteger.TWO
                .multiply(BigInteger.valueOf(batch))
                .multiply(BigInteger.valueOf(m))
                .multiply(BigInteger.valueOf(k))
                .multiply(BigInteger.valueOf(n));
    }

    /** The gradient of the first factor: dX = dY W^T. */
    MatrixProduct gradientOfFirst() {
        return new MatrixProduct(batch, m, n, k);
    }

    /** The gradient of the second factor: dW = X^T dY. */
    MatrixProduct gradientOfSecond() {
        return new MatrixProduct(batch, k, m, n);
    }

    /** The same product where it is written transposed, (AB)^T = B^T A^T, if that has fewer rows. */
    public MatrixProduct canonical() {
        return m <= n ? this : new MatrixProduct(batch, n, k, m);
    }

    /** E.g. {@code 12 x [1024 x 64][64 x 1024]}. */
    @Override
    public String toString() {
        return (batch == 1 ? "" : batch + " x ") + "[" + m + " x " + k + "][" + k + " x " + n + "]";
    }
}
