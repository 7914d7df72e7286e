package org.mfujmh.cli;

/** Checks that belong together, and are asked for by one option of {@code ./mfu verify}. */
interface CheckGroup {

    /** Makes the checks; it may take a while. */
    CheckedGroup run();
}
