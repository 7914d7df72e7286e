/**
 * The suite: it plans, tunes, runs, gates and reports, in that order, and it rewrites the result file after each
 * combination. {@code plan} and {@code process} are at the bottom, then {@code tuning}, {@code run}, and side by
 * side {@code batch} and {@code gate}; {@link org.mfujmh.suite.Suite} is on top and alone knows the report.
 *
 * <p>Whatever happens, what was measured is on disk, and the failure of one combination loses no other. The suite
 * knows the benchmarks only by the names in JMH's list, so it compiles without them and never loads libtorch.
 */
package org.mfujmh.suite;
