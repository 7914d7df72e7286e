/**
 * The device of a measurement: its name and the folder for its results. The sub-packages detect the device, its limits
 * and its peak.
 *
 * <p>A device has the name that its driver reports. A better name is never guessed, since a result under the wrong
 * device is worse than one under an unknown device.
 */
package org.mfujmh.device;
