/**
 * What a run consists of: options, combinations of parameters, how often and how long each is measured, and the
 * command that resumes it.
 *
 * <p>Everything that can be refused is refused here, before libtorch is asked or a lock is taken. A user who waits
 * ten minutes for an error about a typing mistake does not come back.
 */
package org.mfujmh.suite.plan;
