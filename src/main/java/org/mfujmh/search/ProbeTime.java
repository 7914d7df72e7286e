package org.mfujmh.search;

import java.util.Comparator;
import java.util.List;

/** Predicts how long the pass of the next probe takes. */
final class ProbeTime {

    private ProbeTime() {}

    /**
     * What to tell the user. With two measured batches it is a line through the smallest and the largest. With one it is
     * proportional to the batch on a CPU, and unknown on a GPU, where loading kernels takes most of the first pass.
     *
     * @param measured the probes before
     * @return NaN if unknown
     */
    static double expectedSeconds(ProbedPass probed, int batch, List<Probe> measured) {
        List<Probe> ended = ended(measured);
        if (ended.size() < 2) {
            return probed.device().equals("cpu") ? mostSeconds(batch, measured) : Double.NaN;
        }
        Probe small = ended.get(0);
        Probe large = ended.get(ended.size() - 1);
        double perSequence = Math.max(0, (seconds(large) - seconds(small)) / (large.batch() - small.batch()));
        return Math.max(seconds(small), seconds(large) + perSequence * (batch - large.batch()));
    }

    /**
     * Proportional to the batch, from the largest measured: too much rather than too little, since loading counts once.
     *
     * @param measured the probes before
     * @return NaN if unknown
     */
    static double mostSeconds(int batch, List<Probe> measured) {
        List<Probe> ended = ended(measured);
        if (ended.isEmpty()) {
            return Double.NaN;
        }
        Probe large = ended.get(ended.size() - 1);
        return seconds(large) * batch / large.batch();
    }

    private static List<Probe> ended(List<Probe> probes) {
        return probes.stream()
                .filter(probe -> probe.verdict().use().isPresent())
                .sorted(Comparator.comparingInt(Probe::batch))
                .toList();
    }

    private static double seconds(Probe ended) {
        return ended.verdict().use().orElseThrow().seconds();
    }
}
