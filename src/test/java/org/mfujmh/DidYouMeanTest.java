package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DidYouMeanTest {
    private static final List<String> NAMES = List.of("gpt-small", "gpt-medium", "gpt-xl", "causal_half");

    @Test
    void aSlipOfTheFingerFindsItsName() {
        assertThat(DidYouMean.to("gpt-smal", NAMES)).contains("gpt-small");
        assertThat(DidYouMean.to("gtp-medium", NAMES)).contains("gpt-medium");
    }

    @Test
    void caseAndHyphensDoNotMatter() {
        assertThat(DidYouMean.to("Causal-Half", NAMES)).contains("causal_half");
    }

    @Test
    void whatIsNearNothingGetsNoGuess() {
        assertThat(DidYouMean.to("llama-7b-instruct", NAMES)).isEmpty();
        assertThat(DidYouMean.noSuch("model", "llama-7b-instruct", NAMES))
                .hasMessage("There is no model \"llama-7b-instruct\". Choose one of gpt-small, gpt-medium, gpt-xl,"
                        + " causal_half.");
    }
}
