/**
 * Runs one combination in one JMH Runner: forks, their progress, what they record of where they run, and the result
 * file.
 *
 * <p>JMH calls a result with missing forks a success; we do not. Every fork records the machine, the versions and
 * the peak in its own arguments, so a result file explains itself years later.
 */
package org.mfujmh.suite.run;
