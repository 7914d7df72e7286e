package org.mfujmh;

/**
 * Output could not be written: a full disk, a folder without permission, a closed pipe. The message names the file and
 * says why; it is shown without a stack trace and ends the command with exit code 1.
 */
public final class CannotWrite extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotWrite(String message, Throwable cause) {
        super(message, cause);
    }
}
