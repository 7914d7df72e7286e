/**
 * Processes: the locks that keep two suites apart, the end of a run, orphans that end with their parent, and why a
 * fork died.
 *
 * <p>One measurement at a time owns the machine. No process outlives the suite, even if the suite is killed.
 */
package org.mfujmh.suite.process;
