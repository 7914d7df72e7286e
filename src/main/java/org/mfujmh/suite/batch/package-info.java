/**
 * What {@code batchSize=max} becomes: a number from the baseline, from an earlier search under the same conditions,
 * or from a search now.
 *
 * <p>A remembered batch holds only as long as everything that moves memory is unchanged. Two results are comparable
 * only at the same batch, so the baseline's number wins.
 */
package org.mfujmh.suite.batch;
