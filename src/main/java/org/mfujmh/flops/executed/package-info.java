/**
 * What libtorch really multiplied, counted from a profiler's trace and compared with the closed form, term by term.
 *
 * <p>An operator that we do not know is an error and not zero FLOPs. A pass that skips work would look fast, so
 * every fork proves its work this way before anything is timed.
 */
package org.mfujmh.flops.executed;
