package org.mfujmh.suite.batch;

import java.io.PrintStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.search.LargestBatch;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.Probe;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.ProbedPass;

/** Prints the progress of a search: a line when a probe begins, and a line in the notebook's style when it ends. */
final class SearchProgress implements LargestBatch.Listener {
    private final ProbedPass probed;
    private final PrintStream out;
    private int probes;

    SearchProgress(ProbedPass probed, PrintStream out) {
        this.probed = probed;
        this.out = out;
    }

    void start(MemoryLimit limit, String guard) {
        out.println("Largest batch of " + probed.describe());
        out.println("Limit: " + MemorySize.inWords(limit.bytes()) + " (" + limit.reason() + "). Each probe is a fresh"
                + " process, guarded by " + guard + ".");
    }

    @Override
    public void begins(int batch, double expectedSeconds) {
        probes++;
        String time = Double.isNaN(expectedSeconds)
                ? ""
                : String.format(Locale.ROOT, ", about %.0f s", Math.max(1, expectedSeconds));
        out.println("  probe " + probes + ": batch " + batch + time + " ...");
    }

    @Override
    public void ended(Probe probe) {
        out.println("  " + line(probe));
    }

    /** {@code Batch size 8: 2.3e+12 FLOPs, 3.20 GiB, 11.8 s: fits}. */
    private String line(Probe probe) {
        BigInteger flops = new Workload(probed.spec().config(), probe.batch(), probed.tokens())
                .flops(Convention.EXACT, probed.pass());
        return String.format(Locale.ROOT, "Batch size %d: %.1e FLOPs, ", probe.batch(), flops.doubleValue())
                + inWords(probe.verdict());
    }

    /** {@code   fork of batch 8: 3.20 GiB, 11.8 s}. */
    static String ofFork(int batch, ProbeOutcome outcome) {
        return "  fork of batch " + batch + ": "
                + outcome.use().map(SearchProgress::measured).orElseGet(() -> inWords(outcome));
    }

    private static String inWords(ProbeOutcome verdict) {
        if (verdict instanceof ProbeOutcome.Fits fits) {
            return measured(fits.memory()) + ": fits";
        }
        if (verdict instanceof ProbeOutcome.OverLimit over) {
            return measured(over.memory()) + ": does not fit, "
                    + MemorySize.inWords(over.memory().peakBytes() - over.limitBytes()) + " over the limit";
        }
        if (verdict instanceof ProbeOutcome.OutOfMemory none) {
            return "does not fit: " + none.reason();
        }
        return verdict instanceof ProbeOutcome.Hung hung
                ? "not finished within " + hung.after().toSeconds() + " s, killed"
                : "FAILED: " + ((ProbeOutcome.Broken) verdict).cause();
    }

    private static String measured(MemoryUse use) {
        return MemorySize.inWords(use.peakBytes()) + String.format(Locale.ROOT, ", %.1f s", use.seconds());
    }

    @Override
    public void interrupted(List<Probe> soFar) {
        out.println();
        out.println("Interrupted after " + soFar.size() + " probe" + (soFar.size() == 1 ? "" : "s")
                + "; the running one was ended. " + learnt(soFar));
        out.flush();
    }

    private static String learnt(List<Probe> soFar) {
        int fits = soFar.stream()
                .filter(probe -> probe.verdict() instanceof ProbeOutcome.Fits)
                .mapToInt(Probe::batch)
                .max()
                .orElse(0);
        int tooLarge = soFar.stream()
                .filter(probe -> probe.verdict().tooLarge())
                .mapToInt(Probe::batch)
                .min()
                .orElse(0);
        if (fits == 0 && tooLarge == 0) {
            return "Nothing is known yet.";
        }
        String low = fits == 0 ? "" : "Batch " + fits + " fits. ";
        return low + (tooLarge == 0 ? "No batch is known not to fit yet." : "Batch " + tooLarge + " does not fit.");
    }
}
