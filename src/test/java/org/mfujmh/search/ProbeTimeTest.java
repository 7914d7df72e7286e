package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** With the seconds of the search on the H200, where batch 1 took 0.09 s, batch 727 0.5 s and batch 1275 0.8 s. */
class ProbeTimeTest {
    private static final Probe FIRST = fits(1, 0.09);
    private static final Probe SECOND = fits(727, 0.5);
    private static final Probe TOO_LARGE = new Probe(1429, new ProbeOutcome.OutOfMemory("as tested"));

    private static Probe fits(int batch, double seconds) {
        return new Probe(batch, new ProbeOutcome.Fits(new MemoryUse(0, 1, 1, 0, seconds)));
    }

    private static ProbedPass on(String device) {
        ModelSpec spec = new ModelSpec(Models.named("gpt-small"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        return new ProbedPass(spec, Pass.FORWARD, 1024, device);
    }

    @Test
    void nothingIsExpectedOfTheFirstProbe() {
        assertThat(ProbeTime.expectedSeconds(on("cpu"), 1, List.of())).isNaN();
        assertThat(ProbeTime.mostSeconds(1, List.of(TOO_LARGE))).isNaN();
    }

    @Test
    void onACpuTheSecondTakesLongerByItsBatch() {
        assertThat(ProbeTime.expectedSeconds(on("cpu"), 10, List.of(FIRST))).isCloseTo(0.9, within(1e-9));
    }

    /** It said "about 67 s" for a pass of half a second. */
    @Test
    void onAGpuOneProbeTellsNothingOfTheNext() {
        assertThat(ProbeTime.expectedSeconds(on("cuda:0"), 727, List.of(FIRST))).isNaN();
        assertThat(ProbeTime.mostSeconds(727, List.of(FIRST))).isGreaterThan(60);
    }

    @Test
    void twoProbesGiveALine() {
        assertThat(ProbeTime.expectedSeconds(on("cuda:0"), 1275, List.of(FIRST, SECOND, TOO_LARGE)))
                .isCloseTo(0.8, within(0.05));
    }

    @Test
    void aLargerBatchThatWasFasterIsTakenForNoTrend() {
        assertThat(ProbeTime.expectedSeconds(on("cuda:0"), 9, List.of(fits(1, 0.5), fits(3, 0.1))))
                .isEqualTo(0.5);
    }
}
