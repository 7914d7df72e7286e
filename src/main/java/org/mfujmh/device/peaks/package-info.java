/**
 * Datasheet peaks, and what a rate is divided by for its MFU. The table is a CSV file in which every figure names
 * its source.
 *
 * <p>A peak is dense and belongs to one precision of one card. Where no datasheet gives a figure there is no MFU,
 * and the reason is printed in its place. A name that is merely similar never matches.
 */
package org.mfujmh.device.peaks;
