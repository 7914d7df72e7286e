/**
 * What every package may use: {@link org.mfujmh.BadInput}, a user's mistake in one sentence, and {@link
 * org.mfujmh.DidYouMean}, which finds the name that was meant.
 *
 * <p>A mistake says what was asked, what is possible and what to do. It costs the user one line and exit code 2,
 * never a stack trace. Nothing else belongs here: a class that two packages share has a home in the lower one.
 */
package org.mfujmh;
