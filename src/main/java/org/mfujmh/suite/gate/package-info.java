/**
 * Strategies of measuring: one build alone, one build against a file, or two builds whose forks are interleaved.
 *
 * <p>A gate looks twice at most, and the two looks share the chance of error. A file of another day is a weak
 * baseline; interleaving both builds on one machine is the strong one.
 */
package org.mfujmh.suite.gate;
