/**
 * What runs in a fork: the benchmarks, the state that builds the model, the proof of its work, and the slowdown that
 * calibrates the gate.
 *
 * <p>One invocation is one native call that ends in one number on the host, so nothing asynchronous escapes the
 * clock. A fork proves its work before it is timed: a figure without its work is worse than none. The names of these
 * classes stand in result files and must not change.
 */
package org.mfujmh.bench;
