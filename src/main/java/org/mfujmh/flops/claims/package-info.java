/**
 * Published figures, recomputed. A claim is a row of a CSV file with its source and everything needed to recompute it.
 *
 * <p>A claim holds if the recomputation gives the figure to the digits that were printed. A claim that is wrong
 * stays in the table as refuted, with the correct figure next to it.
 */
package org.mfujmh.flops.claims;
