package org.mfujmh.compare;

import java.util.Locale;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * How often something happened in independent trials, with the exact interval of C. J. Clopper and E. S. Pearson
 * (Biometrika 26, 1934).
 */
record Rate(int happened, int trials) {

    double share() {
        return happened / (double) trials;
    }

    /** The smallest true rate that makes so many or more in at least this share of all repetitions. */
    double low(double level) {
        return happened == 0
                ? 0
                : new BetaDistribution(null, happened, trials - happened + 1.0).inverseCumulativeProbability(level);
    }

    /** The largest true rate that makes so many or fewer in at least this share of all repetitions. */
    double high(double level) {
        return happened == trials
                ? 1
                : new BetaDistribution(null, happened + 1.0, trials - happened).inverseCumulativeProbability(1 - level);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %,d, %.2f %% (95 %%: %.2f .. %.2f %%)",
                happened,
                trials,
                100 * share(),
                100 * low(0.025),
                100 * high(0.025));
    }
}
