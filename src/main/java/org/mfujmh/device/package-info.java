/**
 * What a measurement ran on: a name, and the name of the folder that its results go to. The packages below this one
 * find the device, its limits and its peak.
 *
 * <p>A device is what its driver calls it. We never guess a better name, because a result that is filed under the
 * wrong device is worse than one filed under an unknown one.
 */
package org.mfujmh.device;
