package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.schema.PassId;
import org.mfujmh.suite.plan.Combination;

/** Logits of the last token alone are other work; files from before there was a choice have all. */
class LogitsIdentityTest {
    private static final String FORWARD = "org.mfujmh.bench.ForwardBenchmark.forward";

    private static Entry entry(String benchmark, String... logits) {
        JmhJson json = JmhJson.of(benchmark).param("model", "gpt-small").param("seqLen", "1024");
        for (String value : logits) {
            json.param("logits", value);
        }
        return Entry.parseAll("[" + json.json() + "]").get(0);
    }

    @Test
    void aFileWithoutTheParameterHasAllLogits() {
        Entry older = entry(FORWARD);
        Entry all = entry(FORWARD, "all");
        assertThat(Identity.of(all)).isEqualTo(Identity.of(older));
        assertThat(all.pass()).isEqualTo(older.pass()).isEqualTo(Optional.of(PassId.FORWARD));
        Combination asked = new Combination(FORWARD, Map.of("model", "gpt-small", "seqLen", "1024", "logits", "all"));
        assertThat(asked.isOf(older))
                .as("a resumed run goes on with an older file")
                .isTrue();
        assertThat(asked.isOf(all)).isTrue();
    }

    @Test
    void theLastLogitsAreAnotherMeasurement() {
        Entry last = entry(FORWARD, "last");
        assertThat(last.pass()).isEqualTo(Optional.of(PassId.PREFILL));
        assertThat(Identity.of(last)).isNotEqualTo(Identity.of(entry(FORWARD)));
        assertThat(Identity.of(last).subject())
                .as("not merely another way to do the same work")
                .isNotEqualTo(Identity.of(entry(FORWARD, "all")).subject());
        assertThatCode(() -> Identity.requireUnique(List.of(last, entry(FORWARD, "all"))))
                .doesNotThrowAnyException();
    }

    /** Another suite's parameter of this name is its own. */
    @Test
    void aForeignBenchmarkKeepsItsParameter() {
        assertThat(entry("com.example.Net.run", "all").params()).containsEntry("logits", "all");
    }
}
