package org.mfujmh.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the largest batch that fits. Peak memory is close to linear in the batch, so a small probe
 * tells where to look, one near half of that gives the slope, and the next ones refine it; the search
 * ends on proof, when a batch was seen to fit and the next one not to. Where the line does not hold
 * it halves the range instead, so that a wrong line costs probes and never the answer.
 *
 * <p>It knows nothing of processes: {@link Prober} runs the probes.
 */
final class BatchSearch {

    /** So many probes the line is trusted for; then it has to have halved the range in its last two probes. */
    private static final int TRUSTED = 5;

    /** Runs one probe. */
    interface Prober {
        /** @param soFar the probes before */
        ProbeOutcome probe(int batch, List<Probe> soFar);
    }

    private final ProbedPass probed;
    private final long limitBytes;
    private final long guardBytes;
    private final List<Probe> probes = new ArrayList<>();
    /** The largest batch that was seen to fit, and the smallest that was seen not to. */
    private int fits;

    private int tooLarge;
    /** How far apart those two were, before each probe. */
    private final List<Integer> ranges = new ArrayList<>();

    private BatchSearch(ProbedPass probed, long limitBytes, long guardBytes) {
        this.probed = probed;
        this.limitBytes = limitBytes;
        this.guardBytes = guardBytes;
        // One above what can be asked for at all: never run, and so never an answer by itself.
        tooLarge = probed.largestBatch() + 1;
    }

    /**
     * Searches to its end.
     *
     * @param guardBytes what a probe that ran out of memory took at least; not below the limit
     */
    static SearchResult run(ProbedPass probed, long limitBytes, long guardBytes, Prober prober) {
        BatchSearch search = new BatchSearch(probed, limitBytes, guardBytes);
        return new SearchResult(probed, limitBytes, search.probes, search.run(prober));
    }

    private SearchResult.Ending run(Prober prober) {
        while (fits + 1 < tooLarge) {
            ranges.add(tooLarge - fits);
            int batch = next();
            ProbeOutcome verdict = prober.probe(batch, List.copyOf(probes));
            probes.add(new Probe(batch, verdict));
            if (verdict instanceof ProbeOutcome.Fits) {
                fits = batch;
            } else if (verdict.tooLarge()) {
                tooLarge = batch;
            } else {
                return new SearchResult.Ending.Stopped(cause(batch, verdict));
            }
        }
        if (fits == 0) {
            return new SearchResult.Ending.NothingFits(
                    needs(probes.get(probes.size() - 1).verdict()));
        }
        return tooLarge > probed.largestBatch()
                ? new SearchResult.Ending.EverythingFits(fits)
                : new SearchResult.Ending.Proved(fits);
    }

    /** A batch strictly between what fits and what does not. */
    private int next() {
        List<Probe> measured = probes.stream()
                .filter(probe -> probe.verdict().use().isPresent())
                .toList();
        if (probes.isEmpty()) {
            return 1;
        }
        if (measured.isEmpty() || (probes.size() >= TRUSTED && isSlow())) {
            return halfway();
        }
        long wanted = measured.size() == 1 ? halfOfFirstGuess(measured.get(0)) : byLine(measured);
        if (wanted >= tooLarge) {
            return measured.size() == 1 ? halfway() : stepDown(measured);
        }
        // What the line says fits already is known: the proof that is missing is of the next.
        return (int) Math.max(fits + 1, wanted);
    }

    /** Whether the last two probes left more than half of the range: then the line does not hold. */
    private boolean isSlow() {
        int last = ranges.size() - 1;
        return ranges.get(last) > ranges.get(last - 2) / 2;
    }

    /**
     * The line says more than was seen to fit. What ran out of memory passed the guard, and so is at
     * least as far from the answer as the guard is from the limit: that far below, then twice, four times.
     */
    private int stepDown(List<Probe> measured) {
        double perSequence = MemoryLine.through(measured).bytesPerSequence();
        double beyond = perSequence > 0 ? (guardBytes - limitBytes) / perSequence : 0;
        long died = probes.stream()
                .filter(probe -> probe.verdict() instanceof ProbeOutcome.OutOfMemory)
                .count();
        double step = Math.max(1, Math.floor(beyond)) * Math.scalb(1.0, (int) Math.max(0, died - 1));
        return (int) Math.max(fits + 1, tooLarge - step);
    }

    /** From one probe: all that the pass took is put down to its sequences, which guesses too few rather than too many. */
    private long halfOfFirstGuess(Probe only) {
        MemoryUse use = only.verdict().use().orElseThrow();
        double perSequence = Math.max(
                (double) probed.leastBytesPerSequence(),
                (double) (use.passPeakBytes() - use.startBytes()) / only.batch());
        double guess = only.batch() + (limitBytes - use.passPeakBytes()) / perSequence;
        return Math.max(only.batch() + 1L, Math.round(guess / 2));
    }

    /** From the measured probe nearest the limit on, by the slope of all. */
    private long byLine(List<Probe> measured) {
        double perSequence = MemoryLine.through(measured).bytesPerSequence();
        if (!(perSequence > 0)) {
            return halfway(); // noise larger than what the batches differ by
        }
        Probe nearest = measured.stream()
                .min(Comparator.comparingLong(probe -> Math.abs(left(probe))))
                .orElseThrow();
        return nearest.batch() + (long) Math.floor(left(nearest) / perSequence);
    }

    private long left(Probe measured) {
        return limitBytes - measured.verdict().use().orElseThrow().passPeakBytes();
    }

    private int halfway() {
        boolean open = tooLarge > probed.largestBatch();
        return open ? (int) Math.min(2L * Math.max(1, fits), probed.largestBatch()) : fits + (tooLarge - fits) / 2;
    }

    private static String cause(int batch, ProbeOutcome verdict) {
        String what = verdict instanceof ProbeOutcome.Hung hung
                ? "gave no answer within " + hung.after().toSeconds()
                        + " s and was killed, which says nothing of its memory. --timeout allows more."
                : "failed for another reason than memory: " + ((ProbeOutcome.Broken) verdict).cause();
        return "The probe at batch " + batch + " " + what;
    }

    private static String needs(ProbeOutcome ofBatchOne) {
        Optional<MemoryUse> use = ofBatchOne.use();
        return use.map(known -> MemorySize.inWords(known.peakBytes()))
                .orElse("more than can be had here (" + reason(ofBatchOne) + ")");
    }

    private static String reason(ProbeOutcome verdict) {
        return verdict instanceof ProbeOutcome.OutOfMemory none ? none.reason() : String.valueOf(verdict);
    }
}
