package org.mfujmh;

/** The exit codes of {@code ./mfu}. */
public final class ExitCode {
    public static final int OK = 0;

    /** A measurement or check failed, or output cannot be written. */
    public static final int FAILED = 1;

    /** Bad input, nothing to compare, or this machine cannot run the command. */
    public static final int BAD_INPUT = 2;

    /** With {@code --strict}: something is inconclusive, missing or incomparable. */
    public static final int INCONCLUSIVE = 3;

    private ExitCode() {}
}
