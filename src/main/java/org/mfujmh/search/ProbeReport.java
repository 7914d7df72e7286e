package org.mfujmh.search;

/**
 * What a probe answers.
 *
 * @param use null where the pass did not come to its end
 * @param failure what was thrown, class and message; null where the pass came to its end
 */
record ProbeReport(MemoryUse use, String failure) {}
