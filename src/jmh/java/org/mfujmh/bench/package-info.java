/**
 * The code that runs in a fork: the benchmarks, the state that builds the model, the proof of work, and the slowdown
 * for calibrating the gate.
 *
 * <p>One invocation is one native call that returns one number to the host, so no asynchronous work escapes the clock.
 * A fork proves its work before it is timed. The names of these classes are in result files and must not change.
 */
package org.mfujmh.bench;
