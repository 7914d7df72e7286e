package org.mfujmh;

/**
 * The user asked for something that cannot be done. The message says in one sentence what was asked, what is possible
 * and what to do. It is shown without a stack trace, and the command ends with exit code 2.
 */
public final class BadInput extends IllegalArgumentException {
    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
