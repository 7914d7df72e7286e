/**
 * Resolves {@code auto}: a child process queries libtorch for the device, the faster way to multiply and the faster
 * backend.
 *
 * <p>A question is answered once for all forks, since forks that choose for themselves may choose differently, and one
 * sample would mix two programs. A resumed run keeps the choices of its file.
 */
package org.mfujmh.suite.tuning;
