/**
 * Searches for the largest batch that fits into memory. Each probe is a fresh process that runs one real pass under a
 * guard.
 *
 * <p>An answer is proved: that batch was run and fits, the next was run and does not. A fitted line only chooses which
 * batch to try next.
 */
package org.mfujmh.search;
