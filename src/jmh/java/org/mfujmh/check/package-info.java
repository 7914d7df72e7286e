/**
 * Programs that run a pass without JMH: the GPU check, and the server that runs single passes for
 * {@code scripts/peers}.
 *
 * <p>The server uses the benchmarks' own state, so that its passes are those that the suite measures. It is in this
 * source root because it needs these classes at compile time; {@code suite} does not.
 */
package org.mfujmh.check;
