/**
 * The plan of a run: options, combinations of parameters, forks and iterations, and the command that resumes it.
 *
 * <p>Invalid requests are rejected here, before libtorch is queried or a lock is taken, so that no user waits ten
 * minutes for an error about a typo.
 */
package org.mfujmh.suite.plan;
