package org.mfujmh.suite.tuning;

import java.util.List;
import java.util.Optional;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/** A question about the fastest way to compute, answered once for all forks by a child process that measures. */
public sealed interface TuningKey permits BackendTuningKey, RowProductTuningKey {

    /**
     * What a combination leaves open; empty if there is only one way to compute it.
     *
     * @param one with device and gemm resolved, and to be asked about a decoding step the batch
     */
    static Optional<TuningKey> of(Combination one) {
        if (BackendTuningKey.isAskedBy(one)) {
            return Optional.of(BackendTuningKey.of(one));
        }
        return RowProductTuningKey.isAskedBy(one) ? Optional.of(RowProductTuningKey.of(one)) : Optional.empty();
    }

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

    /** The possible answers. */
    List<String> ways();

    /** An answer, for people. @throws org.mfujmh.BadInput if it is none */
    String inWords(String way);

    /** What is timed, such as {@code two layers}. */
    String timed();

    /** By how much a way must be faster, in every round, to replace the expected one: 1.05 is by 5 %. */
    double margin();

    /** Measures. */
    TuningAnswer answer();
}
