/**
 * Programs that run a pass without JMH: the check of a GPU, and the server that gives {@code scripts/peers} one pass
 * at a time.
 *
 * <p>The server uses the benchmarks' own state, so that a pass here is the pass that the suite measures. It is in
 * this source root because it needs those classes at compile time; {@code suite} does not.
 */
package org.mfujmh.check;
