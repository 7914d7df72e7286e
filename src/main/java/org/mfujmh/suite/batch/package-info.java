/**
 * Resolves {@code batchSize=max} to a number from the baseline, from an earlier search under the same conditions, or
 * from a new search.
 *
 * <p>A cached batch is valid only as long as everything that affects memory is unchanged. Two results are comparable
 * only at the same batch, so the baseline's number takes precedence.
 */
package org.mfujmh.suite.batch;
