/**
 * JMH's profiler: it turns a score, a cost and a reading into tokens/s, MFU and share of the roofline, and it reads
 * the properties that a fork was started with.
 *
 * <p>A metric is computed in the fork that measured it and stored with it. Nobody downstream recomputes a metric
 * from a rounded score.
 */
package org.mfujmh.profiler;
