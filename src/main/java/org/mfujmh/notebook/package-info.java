/**
 * The analysis of the book's notebook, built on the suite: fixed batches, largest batches, utilisation, and tokens/s by
 * batch.
 *
 * <p>The notebook's figures are printed next to the measured ones, followed by the corrections. It measures like any
 * other run, without shortcuts.
 */
package org.mfujmh.notebook;
