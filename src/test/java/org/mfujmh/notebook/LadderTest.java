package org.mfujmh.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.notebook.Ladder.Step;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

/** The ladder's table. */
class LadderTest {
    private static final int SPEED_UP = 4;
    private static final int PUBLISHED_SPEED_UP = 7;

    /** 60 tokens/s after 20, and the book's 45,000 after 12,500: the rung between them is in neither. */
    @Test
    void bothColumnsOfSpeedUpsAreOfTheSameTwoRungs() {
        List<List<String>> rows = Ladder.rows(List.of(
                new Step(rung("fp32", 12_500), measured(20), ""),
                new Step(rung("TF32", 28_000), Optional.empty(), "not here"),
                new Step(rung("bf16", 45_000), measured(60), "")));
        assertThat(rows)
                .extracting(row -> row.get(SPEED_UP))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("-"),
                        missing -> assertThat(missing).isEqualTo("-"),
                        last -> assertThat(last).startsWith("3.00 ("));
        assertThat(rows).extracting(row -> row.get(PUBLISHED_SPEED_UP)).containsExactly("-", "2.24", "3.60");
    }

    private static Optional<Entry> measured(double tokens) {
        return Optional.of(JmhJson.of("org.mfujmh.bench.TrainStepBenchmark.trainStep")
                .param("batchSize", "1")
                .param("seqLen", "128")
                .forks(1, 1, 1)
                .secondary("tokens_per_s", "tok/s", tokens * 0.99, tokens, tokens * 1.01)
                .entry());
    }

    private static LadderRung rung(String name, double published) {
        return new LadderRung(
                name,
                "",
                "gpt-small",
                "fp32",
                "fused",
                "adamw",
                Optional.empty(),
                "8",
                published,
                19.5,
                Optional.empty());
    }
}
