package org.mfujmh;

/**
 * Output could not be written: a full disk, missing permissions, a closed pipe. The message names the file and the
 * reason. It is shown without a stack trace, and the command ends with exit code 1.
 */
public final class CannotWrite extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CannotWrite(String message, Throwable cause) {
        super(message, cause);
    }
}
