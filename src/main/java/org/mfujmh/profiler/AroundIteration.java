package org.mfujmh.profiler;

/** A speed that is measured before and after each iteration of a fork: both readings count, and the best is kept. */
final class AroundIteration {

    /**
     * A speed.
     *
     * @param median from median times, NaN if not measured
     * @param best from best times, NaN if not measured
     */
    record Speeds(double median, double best) {
        static final Speeds NONE = new Speeds(Double.NaN, Double.NaN);
    }

    private Speeds before = Speeds.NONE;
    private Speeds after = Speeds.NONE;
    private double bestOfFork = Double.NaN;

    void before(Speeds reading) {
        before = noted(reading);
        after = Speeds.NONE;
    }

    void after(Speeds reading) {
        after = noted(reading);
    }

    /**
     * The speed of the iteration.
     *
     * @return from median times, the mean of both readings: what an iteration could do that spent equal times at each
     *     speed. From best times, the best of this fork so far, warm-up included
     */
    Speeds current() {
        double together = Double.isNaN(after.median) ? before.median : (before.median + after.median) / 2;
        return new Speeds(together, Double.isNaN(before.median) ? Double.NaN : bestOfFork);
    }

    private Speeds noted(Speeds reading) {
        if (!(reading.best <= bestOfFork)) {
            bestOfFork = reading.best;
        }
        return reading;
    }
}
