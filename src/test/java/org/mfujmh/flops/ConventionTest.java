package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.BadInput;

class ConventionTest {

    /** As docs/method.md and the design of the suite have them. */
    @ParameterizedTest
    @CsvSource({
        "exact,        mfu,              2M + 4LdT,     6M + 12LdT",
        "linear_only,  mfu_linear_only,  2M,            6M",
        "causal_half,  mfu_causal_half,  2M + 2LdT,     6M + 6LdT",
        "causal_exact, mfu_causal_exact, 2M + 2Ld(T+1), 6M + 6Ld(T+1)",
        "palm,         mfu_palm,         2N + 4LdT,     6N + 12LdT",
        "llmc,         mfu_llmc,         2N + 2LdT,     6N + 6LdT",
        "kaplan,       mfu_kaplan,       2N,            6N",
        "hfu_sdpa,     hfu_sdpa,         2M + 4LdT,     6M + 14LdT",
        "hfu_full,     hfu_full,         2M + 4LdT,     8M + 16LdT"
    })
    void hasItsNameItsMetricAndItsFormula(String label, String metric, String forward, String total) {
        Convention convention = Convention.of(label);
        assertThat(convention.label()).isEqualTo(label);
        assertThat(convention.metric().label()).isEqualTo(metric);
        assertThat(convention.forwardFormula()).isEqualTo(forward);
        assertThat(convention.formula()).isEqualTo(total);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhoCountsSoAndWhatFor(Convention convention) {
        assertThat(convention.source()).isNotBlank();
        assertThat(convention.use()).isNotBlank();
        assertThat(convention.weights().definition())
                .startsWith(convention.weights().symbol() + " = ");
    }

    @Test
    void anUnknownOneIsAnsweredWithTheNearestAndAll() {
        assertThatThrownBy(() -> Convention.of("causal"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("There is no convention \"causal\".")
                .hasMessageContaining("hfu_full");
        assertThatThrownBy(() -> Convention.of("causal-half")).hasMessageContaining("Did you mean \"causal_half\"?");
    }
}
