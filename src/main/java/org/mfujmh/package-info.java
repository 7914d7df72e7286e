/**
 * What every package may use, such as {@link org.mfujmh.BadInput}, a user's mistake in one sentence,
 * {@link org.mfujmh.DidYouMean}, which suggests the intended name, and {@link org.mfujmh.ExitCode}.
 *
 * <p>The message says what was asked, what is possible and what to do; the user sees one line and exit code 2, never a
 * stack trace. Little else belongs here: a class that two packages share lives in the lower one.
 */
package org.mfujmh;
