/**
 * Runs one combination in one JMH Runner: {@link org.mfujmh.suite.run.CombinationRun} starts the forks. Besides it, the
 * forks' options, progress and recorded environment, and the result file.
 *
 * <p>A result with missing forks is a failure here, although JMH treats it as a success. Every fork records the
 * machine, the versions and the peak in its own arguments, so a result file is self-explanatory even years later.
 */
package org.mfujmh.suite.run;
