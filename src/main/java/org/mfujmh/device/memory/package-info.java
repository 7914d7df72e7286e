/**
 * Memory of this process: its high-water mark, its control group, and how glibc keeps what is freed.
 *
 * <p>The kernel's own counters are the truth about memory. Sums of tensor sizes miss what libraries allocate, so
 * nothing here adds up sizes.
 */
package org.mfujmh.device.memory;
