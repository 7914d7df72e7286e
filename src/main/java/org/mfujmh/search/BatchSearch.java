package org.mfujmh.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the largest batch that fits. Peak memory is nearly linear in the batch, so a small probe gives a first
 * estimate, one near half of that gives the slope, and further ones refine it; the search ends with a proof, when one
 * batch was found to fit and the next one not. If the line does not hold, the search bisects instead, so that a wrong
 * line costs probes but never the answer.
 *
 * <p>{@link Prober} runs the probes.
 */
final class BatchSearch {

    /** Number of probes for which the line is trusted; after that, the last two probes must have halved the range. */
    private static final int TRUSTED = 5;

    /** Runs one probe. */
    interface Prober {
        /**
         * @param soFar the previous probes
         */
        ProbeOutcome probe(int batch, List<Probe> soFar);
    }

    private final ProbedPass probed;
    private final long limitBytes;
    private final long guardBytes;
    private final List<Probe> probes = new ArrayList<>();
    /** The largest batch known to fit, and the smallest known not to fit. */
    private int fits;

    private int tooLarge;
    /** The distance between those two before each probe. */
    private final List<Integer> ranges = new ArrayList<>();

    private BatchSearch(ProbedPass probed, long limitBytes, long guardBytes) {
        this.probed = probed;
        this.limitBytes = limitBytes;
        this.guardBytes = guardBytes;
        // One above the largest possible batch: never run, so never an answer by itself.
        tooLarge = probed.largestBatch() + 1;
    }

    /**
     * Runs the whole search.
     *
     * @param guardBytes the least memory of a probe that ran out of memory; not below the limit
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

    /** The next batch to try, strictly between the two bounds. */
    private int next() {
        List<Probe> measured = probes.stream()
                .filter(probe -> probe.verdict().use().isPresent())
                .toList();
        if (probes.isEmpty()) {
            return 1;
        }
        boolean slow = probes.size() >= TRUSTED && isSlow();
        if (!measured.isEmpty()
                && slow
                && isOpen()
                && MemoryLine.through(measured).bytesPerSequence() > 0) {
            return stepUp(measured);
        }
        if (measured.isEmpty() || slow) {
            return halfway();
        }
        long wanted = measured.size() == 1 ? halfOfFirstGuess(measured.get(0)) : byLine(measured);
        if (wanted >= tooLarge) {
            return measured.size() == 1 ? halfway() : stepDown(measured);
        }
        // If the predicted batch is already known to fit, try the next one, whose proof is missing.
        return (int) Math.max(fits + 1, wanted);
    }

    /**
     * Used while no batch is known not to fit, although the line has been followed for long: along the line, and where
     * that is too short by steps that double, since bisecting towards no bound means twice the batch.
     */
    private int stepUp(List<Probe> measured) {
        long step = 1L << Math.min(30, probes.size() - TRUSTED);
        return (int) Math.min(probed.largestBatch(), Math.max(fits + step, byLine(measured)));
    }

    private boolean isOpen() {
        return tooLarge > probed.largestBatch();
    }

    /** Whether the last two probes left more than half of the range, which means that the line does not hold. */
    private boolean isSlow() {
        int last = ranges.size() - 1;
        return ranges.get(last) > ranges.get(last - 2) / 2;
    }

    /**
     * Used if the line predicts a batch that did not fit. A batch that ran out of memory exceeded the guard, so it is
     * at least as far from the answer as the guard is from the limit: step down that far, then twice, then four times
     * as far.
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

    /**
     * The estimate from one probe: attributes all memory of the pass to its sequences, which underestimates the batch.
     */
    private long halfOfFirstGuess(Probe only) {
        MemoryUse use = only.verdict().use().orElseThrow();
        double perSequence = Math.max(
                (double) probed.leastBytesPerSequence(),
                (double) (use.passPeakBytes() - use.startBytes()) / only.batch());
        double guess = only.batch() + (limitBytes - use.passPeakBytes()) / perSequence;
        return Math.max(only.batch() + 1L, Math.round(guess / 2));
    }

    /** Extrapolates from the measured probe nearest the limit, with the slope of all. */
    private long byLine(List<Probe> measured) {
        double perSequence = MemoryLine.through(measured).bytesPerSequence();
        if (!(perSequence > 0)) {
            return halfway(); // the noise exceeds the difference between the batches
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
        return isOpen() ? (int) Math.min(2L * Math.max(1, fits), probed.largestBatch()) : fits + (tooLarge - fits) / 2;
    }

    private static String cause(int batch, ProbeOutcome verdict) {
        String what = verdict instanceof ProbeOutcome.Hung hung
                ? "did not finish within " + hung.after().toSeconds() + " s and was killed, so its memory is "
                        + "unknown. Allow more time with --timeout (of bench: --deadline)."
                : "failed for a reason other than memory: " + ((ProbeOutcome.Broken) verdict).cause();
        return "The probe at batch " + batch + " " + what;
    }

    private static String needs(ProbeOutcome ofBatchOne) {
        Optional<MemoryUse> use = ofBatchOne.use();
        return use.map(known -> MemorySize.inWords(known.peakBytes()))
                .orElse("more than is available here (" + reason(ofBatchOne) + ")");
    }

    private static String reason(ProbeOutcome verdict) {
        return verdict instanceof ProbeOutcome.OutOfMemory none ? none.reason() : String.valueOf(verdict);
    }
}
