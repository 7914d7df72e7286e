/**
 * The suite: it plans, tunes, runs, gates and reports, in that order, and it rewrites the result file after each
 * combination. {@code plan} and {@code process} are at the bottom, then {@code tuning}, {@code run}, and {@code batch}
 * and {@code gate} at the same level; {@link org.mfujmh.suite.Suite} is on top, and only it uses the report.
 *
 * <p>Finished results are always on disk, and the failure of one combination does not affect the others. The suite
 * knows the benchmarks only by their names in JMH's list, so it compiles without them and never loads libtorch.
 */
package org.mfujmh.suite;
