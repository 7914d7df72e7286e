package org.mfujmh.suite.tuning;

import org.mfujmh.schema.RunProperty;

/** A question about the fastest way to compute, answered once for all forks by a child process that measures. */
public sealed interface TuningKey permits BackendTuningKey, RowProductTuningKey {

    /** The key that {@link #text} wrote. */
    static TuningKey parse(String text) {
        return text.startsWith(RowProductTuningKey.MARK)
                ? RowProductTuningKey.parse(text)
                : BackendTuningKey.parse(text);
    }

    /** The key as one word, for a command line. */
    String text();

    /** What is asked, in words. */
    String question();

    /** The property that tells forks the answer. */
    RunProperty property();

    /** Measures. */
    TuningAnswer answer();
}
