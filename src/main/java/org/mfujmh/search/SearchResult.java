package org.mfujmh.search;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of a search.
 *
 * @param probed the pass
 * @param limitBytes the largest peak memory allowed; on a GPU, the device's memory
 * @param probes in the order in which they ran
 * @param ending how it ended
 */
public record SearchResult(ProbedPass probed, long limitBytes, List<Probe> probes, Ending ending) {

    /** The observed difference between peaks of the same batch in different processes; see docs/guide/max-batch.md. */
    private static final long NOISE_BYTES = 1 << 20;

    /** The ways in which a search can end. */
    public sealed interface Ending {
        /** This batch fits and the next does not; both were run. */
        record Proved(int largest) implements Ending {}

        /**
         * No batch fits.
         *
         * @param needs the memory that batch 1 needs, as part of a sentence
         */
        record NothingFits(String needs) implements Ending {}

        /** The largest possible batch fits. */
        record EverythingFits(int largest) implements Ending {}

        /** A probe failed for a reason other than memory or gave no answer, so the search stopped. */
        record Stopped(String cause) implements Ending {}
    }

    public SearchResult {
        probes = List.copyOf(probes);
    }

    /** The largest batch that fits, if it was found. */
    public OptionalInt largestBatch() {
        return ending instanceof Ending.Proved proved
                ? OptionalInt.of(proved.largest())
                : ending instanceof Ending.EverythingFits all ? OptionalInt.of(all.largest()) : OptionalInt.empty();
    }

    public MemoryLine line() {
        return MemoryLine.through(probes);
    }

    /** The probe at that batch. */
    public Optional<Probe> at(int batch) {
        return probes.stream().filter(probe -> probe.batch() == batch).findFirst();
    }

    /** Warns, in sentences, if the answer depends on less than the difference between two runs of the same batch. */
    public Optional<String> closeCall() {
        if (!(ending instanceof Ending.Proved proved)) {
            return Optional.empty();
        }
        long below = limitBytes - peak(proved.largest()).orElseThrow();
        long above = peak(proved.largest() + 1).map(bytes -> bytes - limitBytes).orElse(Long.MAX_VALUE);
        long least = Math.min(below, above);
        return least < NOISE_BYTES
                ? Optional.of("Close call: a peak is only " + MemorySize.inWords(least)
                        + (least == below ? " below" : " above") + " the limit, and the same batch may differ by up to "
                        + MemorySize.inWords(NOISE_BYTES)
                        + " between runs. Another run may find one batch more or less.")
                : Optional.empty();
    }

    private Optional<Long> peak(int batch) {
        return at(batch).flatMap(probe -> probe.verdict().use()).map(MemoryUse::peakBytes);
    }

    /** The largest batch known to fit; 0 if none is. */
    public int largestSeenToFit() {
        return probes.stream()
                .filter(probe -> probe.verdict() instanceof ProbeOutcome.Fits)
                .mapToInt(Probe::batch)
                .max()
                .orElse(0);
    }

    /** The smallest batch known not to fit. */
    public OptionalInt smallestSeenTooLarge() {
        return probes.stream()
                .filter(probe -> probe.verdict().tooLarge())
                .mapToInt(Probe::batch)
                .min();
    }
}
