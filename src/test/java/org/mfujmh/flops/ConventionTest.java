package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.BadInput;

class ConventionTest {

    /** As docs/reference/conventions.md and the design of the suite have them. */
    @ParameterizedTest
    @CsvSource({
        "exact,        mfu,              2M + 4AT,     6M + 12AT",
        "linear_only,  mfu_linear_only,  2M,            6M",
        "causal_half,  mfu_causal_half,  2M + 2AT,     6M + 6AT",
        "causal_exact, mfu_causal_exact, 2M + 2A(T+1), 6M + 6A(T+1)",
        "palm,         mfu_palm,         2N + 4AT,     6N + 12AT",
        "torchtitan,   mfu_torchtitan,   '2N + 4Amin(T,w)', '6N + 12Amin(T,w)'",
        "llmc,         mfu_llmc,         2N + 2AT,     6N + 6AT",
        "kaplan,       mfu_kaplan,       2N,            6N",
        "hfu_sdpa,     hfu_sdpa,         2M + 4AT,     6M + 14AT",
        "hfu_full,     hfu_full,         2M + 4AT,     8M + 16AT"
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
        assertThat(convention.weights().definition()).isNotBlank();
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
