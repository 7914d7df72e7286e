/**
 * The checks of {@code ./mfu verify}: published claims, executed matrix products, and numerics against float64.
 *
 * <p>The expected value of a check comes from a named source other than the code under test. A group fails if one of
 * its checks fails.
 */
package org.mfujmh.verify;
