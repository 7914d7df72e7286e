/**
 * Processes: child JVMs, the locks that keep two suites apart, the handling of Ctrl-C, and ending orphans with their
 * parent.
 *
 * <p>One measurement at a time owns the machine. No process outlives the suite, even if the suite is killed.
 */
package org.mfujmh.suite.process;
