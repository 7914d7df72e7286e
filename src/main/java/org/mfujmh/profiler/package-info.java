/**
 * The JMH profiler: it computes tokens/s, MFU and share of the roofline from a score, a FLOPs count and a roofline
 * reading, using the properties of the fork.
 *
 * <p>A metric is computed and stored in the fork that measured it, never recomputed later from a rounded score.
 */
package org.mfujmh.profiler;
