package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mfujmh.schema.MetricId;

/** A share over several iterations is all that was computed over all that could have been. */
class SharesOfRooflinesTest {
    private static final double[][] REACHED = {{0.5, 0.5, 0.4}, {0.6, 0.3}};

    /** In the second iteration of the first fork the roofline was hit by a load that spared the pass. */
    private static final double[][] ROOFLINE = {{0.8, 0.05, 0.7}, {1, 0.5}};

    private static double[][] ratios(double[][] above, double[][] below) {
        double[][] ratios = new double[above.length][];
        for (int fork = 0; fork < above.length; fork++) {
            ratios[fork] = new double[above[fork].length];
            for (int i = 0; i < ratios[fork].length; i++) {
                ratios[fork][i] = above[fork][i] / below[fork][i];
            }
        }
        return ratios;
    }

    private static double[] forkMeans(MetricId share, MetricId denominator, double[][] below) {
        JmhJson json = JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .forks(1, 1)
                .secondary(share.label(), "share", ratios(REACHED, ROOFLINE))
                .secondary(denominator.label(), "TFLOP/s", below);
        return json.entry().secondary(share).orElseThrow().forkMeans();
    }

    @Test
    void anIterationWhoseRooflineWasDisturbedCountsNoMoreThanAnother() {
        double[] wanted = {1.4 / 1.55, 0.9 / 1.5};
        assertThat(forkMeans(MetricId.ROOFLINE_SHARE, MetricId.ROOFLINE_TFLOPS, ROOFLINE))
                .containsExactly(wanted, within(1e-12));
        assertThat(forkMeans(MetricId.BANDWIDTH_SHARE, MetricId.BANDWIDTH_ROOFLINE_GBS, ROOFLINE))
                .containsExactly(wanted, within(1e-12));
    }

    @Test
    void itsIterationsStayAsTheyWereWritten() {
        JmhJson json = JmhJson.of("org.mfujmh.bench.ForwardBenchmark.forward")
                .forks(1, 1)
                .secondary("roofline_tflops", "TFLOP/s", ROOFLINE)
                .secondary("roofline_share", "share", ratios(REACHED, ROOFLINE));
        assertThat(json.entry().secondary(MetricId.ROOFLINE_SHARE).orElseThrow().rawData())
                .isDeepEqualTo(ratios(REACHED, ROOFLINE));
    }

    @Test
    void withoutItsRooflineEachIterationCountsAlike() {
        double[] plain = {(0.625 + 10 + 4 / 7.0) / 3, 0.6};
        double[][] unknown = {{0.8, Double.NaN, 0.7}, {1, 0.5}};
        double[][] shorter = {{0.8, 0.05}, {1, 0.5}};
        double[][] zero = {{0.8, 0, 0.7}, {1, 0.5}};
        for (double[][] below : new double[][][] {unknown, shorter, zero}) {
            assertThat(forkMeans(MetricId.ROOFLINE_SHARE, MetricId.ROOFLINE_TFLOPS, below))
                    .containsExactly(plain, within(1e-12));
        }
        assertThat(forkMeans(MetricId.ROOFLINE_SHARE, MetricId.ROOFLINE_BEST_TFLOPS, ROOFLINE))
                .containsExactly(plain, within(1e-12));
    }
}
