package org.mfujmh.search;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a search found.
 *
 * @param probed the pass
 * @param limitBytes what the high-water mark may come to; on a GPU the device's memory
 * @param probes in the order in which they were run
 * @param ending how it ended
 */
public record SearchResult(ProbedPass probed, long limitBytes, List<Probe> probes, Ending ending) {

    /** How a search can end. */
    public sealed interface Ending {
        /** That batch fits, and the next does not; both were run. */
        record Proved(int largest) implements Ending {}

        /**
         * No batch fits.
         *
         * @param needs what batch 1 needs, in a sentence's part
         */
        record NothingFits(String needs) implements Ending {}

        /** The largest batch that can be asked for fits. */
        record EverythingFits(int largest) implements Ending {}

        /** A probe failed for another reason than memory, or gave no answer: nothing more can be said. */
        record Stopped(String cause) implements Ending {}
    }

    public SearchResult {
        probes = List.copyOf(probes);
    }

    /** The answer, where there is one. */
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

    /** The largest batch that was seen to fit; 0 where none was. */
    public int largestSeenToFit() {
        return probes.stream()
                .filter(probe -> probe.verdict() instanceof ProbeOutcome.Fits)
                .mapToInt(Probe::batch)
                .max()
                .orElse(0);
    }

    /** The smallest batch that was seen not to fit. */
    public OptionalInt smallestSeenTooLarge() {
        return probes.stream()
                .filter(probe -> probe.verdict().tooLarge())
                .mapToInt(Probe::batch)
                .min();
    }
}
