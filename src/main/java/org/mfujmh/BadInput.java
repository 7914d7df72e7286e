package org.mfujmh;

/**
 * What the user asked for cannot be done. The message says in a sentence what was asked, what is
 * possible and what to do; it is shown without a stack trace and ends the command with exit code 2.
 */
public final class BadInput extends IllegalArgumentException {
    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
