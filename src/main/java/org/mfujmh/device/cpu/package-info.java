/**
 * The host's CPU and the limits of this process's control group. The values are what this process may use, not what the
 * machine has.
 *
 * <p>A container with half a core is treated as half a core. Ignoring a quota would measure how the kernel throttles
 * threads, so quotas are applied wherever cores or memory are counted.
 */
package org.mfujmh.device.cpu;
