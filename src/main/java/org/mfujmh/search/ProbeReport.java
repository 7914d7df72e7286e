package org.mfujmh.search;

/**
 * The answer of a probe process.
 *
 * @param use null if the pass did not complete
 * @param failure class and message of the exception; null if the pass completed
 */
record ProbeReport(MemoryUse use, String failure) {}
