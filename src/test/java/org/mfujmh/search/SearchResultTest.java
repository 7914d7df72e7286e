package org.mfujmh.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

class SearchResultTest {
    private static final long KIB = 1024;
    private static final ProbedPass PASS = new ProbedPass(
            new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM),
            Pass.FORWARD,
            64,
            "cpu");

    /** Two runs of a batch differ by up to 1 MiB. */
    @ParameterizedTest
    @CsvSource({
        "500, 9000, Close call: a peak is only 0.5 MiB below the limit",
        "9000, 205, Close call: a peak is only 0.2 MiB above the limit",
        "9000, 9000, ''"
    })
    void anAnswerByLessThanTwoRunsDifferIsACloseCall(long belowKib, long aboveKib, String says) {
        long limit = 400L << 20;
        MemoryUse fits = new MemoryUse(0, limit - belowKib * KIB, limit - belowKib * KIB, 0, 1);
        MemoryUse next = new MemoryUse(0, limit + aboveKib * KIB, limit + aboveKib * KIB, 0, 1);
        SearchResult result = new SearchResult(
                PASS,
                limit,
                List.of(
                        new Probe(9, new ProbeOutcome.Fits(fits)),
                        new Probe(10, new ProbeOutcome.OverLimit(next, limit))),
                new SearchResult.Ending.Proved(9));
        assertThat(result.closeCall().orElse("")).startsWith(says);
        assertThat(result.closeCall().isPresent()).isEqualTo(!says.isEmpty());
    }
}
