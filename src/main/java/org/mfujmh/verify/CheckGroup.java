package org.mfujmh.verify;

/** Checks that belong together, and are asked for by one option of {@code ./mfu verify}. */
public interface CheckGroup {

    /** Makes the checks; it may take a while. */
    CheckedGroup run();
}
