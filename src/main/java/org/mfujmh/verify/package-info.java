/**
 * Checks that {@code ./mfu verify} makes: published claims, the products that really ran, and numerics against
 * float64.
 *
 * <p>A check has an expectation from a source that is not the code under test, and names that source. A group fails
 * if one of its checks does.
 */
package org.mfujmh.verify;
