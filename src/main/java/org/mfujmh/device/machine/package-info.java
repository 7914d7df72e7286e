/**
 * The machine: its CPU and GPUs, and which of them is libtorch's {@code cuda:N}.
 *
 * <p>The operating system and the driver are queried once, before anything is measured. Everything else uses that one
 * record, so that a run has one consistent view of the machine.
 */
package org.mfujmh.device.machine;
