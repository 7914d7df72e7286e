/**
 * Memory of this process: its high-water mark, its control group, and glibc's handling of freed memory.
 *
 * <p>The kernel's counters are authoritative. Sums of tensor sizes miss what libraries allocate, so nothing here adds
 * up sizes.
 */
package org.mfujmh.device.memory;
