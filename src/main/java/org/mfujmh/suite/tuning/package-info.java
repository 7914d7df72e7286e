/**
 * What {@code auto} becomes: a child process asks libtorch for the device, the faster way to multiply and the faster
 * backend.
 *
 * <p>A question is answered once for all forks, since forks that choose for themselves may choose differently, and
 * one sample would then mix two programs. A run that goes on with a file keeps the choices of that file.
 */
package org.mfujmh.suite.tuning;
