package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.results.Entry;

/** The table says where calls, and not work, take the time: by what was measured, whatever the model's name. */
class OverheadNoteTest {
    private static Entry entry(String model, double score, String unit, String overhead) {
        return Entry.parseAll("""
                        [{"benchmark": "org.mfujmh.bench.ForwardBenchmark.forward", "mode": "thrpt", "forks": 1,
                          "measurementIterations": 1, "params": {"model": "%s", "batchSize": "1", "seqLen": "64"},
                          "primaryMetric": {"score": %s, "scoreUnit": "%s", "rawData": [[%s]]},
                          "secondaryMetrics": {
                            "tokens_per_s": {"score": 64000.0, "scoreUnit": "tok/s", "rawData": [[64000.0]]}%s}}]
                        """.formatted(model, score, unit, score, overhead))
                .get(0);
    }

    private static String overhead(double us) {
        return ", \"overhead_us\": {\"score\": %s, \"scoreUnit\": \"us\", \"rawData\": [[%s]]}".formatted(us, us);
    }

    @Test
    void aPassOfAMillisecondWithHalfAMillisecondOfOverheadIsTooShort() {
        assertThat(OverheadNote.of(entry("gpt-tiny", 1000, "ops/s", overhead(500))))
                .hasValueSatisfying(note -> assertThat(note).startsWith("50 % of an invocation of 1000 us"));
        assertThat(OverheadNote.of(entry("gpt-tiny", 1, "ms/op", overhead(500))))
                .isPresent();
        assertThat(OverheadNote.of(entry("gpt-tiny", 1000, "ops/s", overhead(1200))))
                .hasValueSatisfying(note -> assertThat(note).startsWith("all of an invocation"));
    }

    @Test
    void theNameDoesNotMatterAndNeitherDoesAnOlderFile() {
        assertThat(OverheadNote.of(entry("gpt-xl", 1000, "ops/s", overhead(500))))
                .isPresent();
        assertThat(OverheadNote.of(entry("gpt-tiny", 10, "ops/s", overhead(500))))
                .isEmpty();
        assertThat(OverheadNote.of(entry("gpt-tiny", 1000, "ops/s", ""))).isEmpty();
    }

    @Test
    void itStandsBelowTheTable() {
        assertThat(SuiteReport.of(List.of(entry("gpt-tiny", 1000, "ops/s", overhead(500))), Convention.EXACT)
                        .toText())
                .contains("overhead       forward of gpt-tiny: 50 % of an invocation");
    }
}
