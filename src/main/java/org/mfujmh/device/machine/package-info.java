/**
 * The whole machine at one moment: its CPU and its GPUs, and which of them libtorch means by {@code cuda:N}.
 *
 * <p>The operating system and the driver are asked once, before anything is measured. All later questions go to that
 * one record, so that one run cannot see two machines.
 */
package org.mfujmh.device.machine;
