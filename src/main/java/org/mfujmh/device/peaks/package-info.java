/**
 * Datasheet peaks, the denominators of MFU. The table is a CSV file in which every figure has a source.
 *
 * <p>A peak is dense and applies to one precision of one card. If no datasheet gives a figure, there is no MFU, and the
 * reason is printed instead. Similar names never match.
 */
package org.mfujmh.device.peaks;
