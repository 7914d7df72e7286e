package org.mfujmh.engine;

import org.mfujmh.model.Rotary;

/**
 * Rotary positions in float64: columns i and i + width / 2 are a pair, turned by an angle of position x frequency.
 * Columns beyond the width stay.
 *
 * @param rotary the description, of which the frequencies are worked out here
 */
record Float64Rotary(Rotary rotary) {

    /** Turns a query or key of one head, in place, in a sequence of so many tokens. */
    void turn(double[] x, int position, int tokens) {
        int half = rotary.width() / 2;
        double size = rotary.scaling().attentionFactor();
        for (int i = 0; i < half; i++) {
            double angle = position * frequency(i, tokens);
            double a = x[i];
            double b = x[i + half];
            x[i] = size * (a * Math.cos(angle) - b * Math.sin(angle));
            x[i + half] = size * (b * Math.cos(angle) + a * Math.sin(angle));
        }
    }

    /** Radians a position. */
    private double frequency(int pair, int tokens) {
        double wavelength = 2 * Math.PI * Math.pow(rotary.theta(), 2.0 * pair / rotary.width());
        return 2 * Math.PI / wavelength * stretched(wavelength, pair, tokens);
    }

    /** What scaling multiplies a frequency by. */
    private double stretched(double wavelength, int pair, int tokens) {
        Rotary.Scaling scaling = rotary.scaling();
        return switch (scaling.kind()) {
            case "default", "dynamic" -> 1;
            case "linear" -> 1 / scaling.factor();
            case "llama3" -> {
                // Llama 3.1: 1 / factor where fewer than `low` waves fit into the original context, 1 where more than
                // `high` do, and in a straight line between.
                double waves = scaling.originalContext() / wavelength;
                double line = (waves - scaling.low()) / (scaling.high() - scaling.low());
                double share = Math.max(0, Math.min(1, line));
                yield share + (1 - share) / scaling.factor();
            }
            case "yarn" -> {
                // YaRN, as Llama 3.1 but with the straight line over indices of pairs, from that of `high` turns within
                // the original context to that of `low`, both to the next whole one outside.
                double unit = Math.log(rotary.theta()) / (rotary.width() / 2.0); // a pair's step in ln(wavelength)
                double from = Math.log(scaling.originalContext() / scaling.high() / (2 * Math.PI)) / unit;
                double to = Math.log(scaling.originalContext() / scaling.low() / (2 * Math.PI)) / unit;
                from = Math.max(0, scaling.truncated() ? Math.floor(from) : from);
                to = Math.min(rotary.width() - 1, scaling.truncated() ? Math.ceil(to) : to);
                double along = Math.max(0, Math.min(1, (pair - from) / Math.max(to - from, 1e-3)));
                yield 1 - along + along / scaling.factor();
            }
            case "longrope" -> {
                boolean fits = tokens <= scaling.originalContext();
                yield 1 / (fits ? scaling.shortFactors() : scaling.longFactors()).get(pair);
            }
            default -> throw new IllegalArgumentException("rope_type " + scaling.kind());
        };
    }
}
