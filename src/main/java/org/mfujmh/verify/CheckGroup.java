package org.mfujmh.verify;

/** A group of checks with one option of {@code ./mfu verify}. */
public interface CheckGroup {

    /** Runs the checks; may take a while. */
    CheckedGroup run();
}
