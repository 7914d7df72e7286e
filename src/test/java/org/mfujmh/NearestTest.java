package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> NAMES = List.of("gpt-small", "gpt-medium", "gpt-xl", "causal_half");

    @Test
    void aSlipOfTheFingerFindsItsName() {
        assertThat(Nearest.to("gpt-smal", NAMES)).contains("gpt-small");
        assertThat(Nearest.to("gtp-medium", NAMES)).contains("gpt-medium");
    }

    @Test
    void caseAndHyphensDoNotMatter() {
        assertThat(Nearest.to("Causal-Half", NAMES)).contains("causal_half");
    }

    @Test
    void whatIsNearNothingGetsNoGuess() {
        assertThat(Nearest.to("llama-7b-instruct", NAMES)).isEmpty();
        assertThat(Nearest.noSuch("model", "llama-7b-instruct", NAMES))
                .hasMessage("There is no model \"llama-7b-instruct\". Choose one of gpt-small, gpt-medium, gpt-xl,"
                        + " causal_half.");
    }
}
