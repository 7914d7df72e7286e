package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./mfu max-batch} refuses before it starts a probe. */
class MaxBatchCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"forward", "prefill", "decode"})
    void aLossOfAPassWithoutGradientsIsRefused(String pass) {
        Ran ran = Ran.mfu("max-batch", "--model", "gpt-tiny", "--seq", "32", "--pass", pass, "--loss", "cross_entropy");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err().lines()).singleElement().asString().contains("--loss", "--pass " + pass, "leave out");
    }
}
