/**
 * The analysis of the book's notebook, as an application of the suite: fixed batches, largest batches, utilisation,
 * and tokens/s against the batch.
 *
 * <p>We print the notebook's figures next to ours, and list what we corrected. It takes the same road as any other
 * measurement and has no shortcut of its own.
 */
package org.mfujmh.notebook;
