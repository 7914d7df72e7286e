/**
 * The host's processor and the limits of the control group that this process lives in. The values are what this
 * process may use, not what the machine has.
 *
 * <p>A container with half a core is half a core. Whoever ignores a quota measures how the kernel stops threads, so
 * the quota counts wherever cores or memory do.
 */
package org.mfujmh.device.cpu;
