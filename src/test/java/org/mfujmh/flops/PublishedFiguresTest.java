package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

/**
 * Against figures worked out independently, from the code of the systems that use each convention
 * (T = 1024, the four models of the notebook).
 */
class PublishedFiguresTest {
    private static final int TOKENS = 1024;
    private final PerTokenTable table = PerTokenTable.load();

    @ParameterizedTest(name = "{0} {3}")
    @CsvFileSource(resources = "flops_per_token.csv", numLinesToSkip = 1)
    void everyConventionIsTheFigureToTheDigit(
            String model,
            BigInteger untied,
            BigInteger tied,
            String label,
            BigInteger forward,
            BigInteger total,
            double forwardRatio,
            double totalRatio) {
        Architecture config = Models.named(model);
        Convention convention = Convention.of(label);
        assertThat(TokenFlops.of(config, convention, Pass.FORWARD).at(TOKENS)).isEqualTo(forward);
        assertThat(TokenFlops.of(config, convention, Pass.FORWARD_BACKWARD).at(TOKENS))
                .isEqualTo(total);
        assertThat(table.perToken(model, convention, Pass.FORWARD, TOKENS)).isEqualTo(forward.doubleValue());
        assertThat(table.perToken(model, convention, Pass.FORWARD_BACKWARD, TOKENS))
                .isEqualTo(total.doubleValue());
        assertThat(ParameterCount.of(config).untied()).isEqualTo(untied);
        assertThat(ParameterCount.of(config).tied()).isEqualTo(tied);
        assertThat(ratioToExact(config, convention, Pass.FORWARD)).isCloseTo(forwardRatio, within(5e-5));
        assertThat(ratioToExact(config, convention, Pass.FORWARD_BACKWARD)).isCloseTo(totalRatio, within(5e-5));
    }

    private static double ratioToExact(Architecture config, Convention convention, Pass pass) {
        return TokenFlops.of(config, convention, pass).at(TOKENS).doubleValue()
                / TokenFlops.of(config, Convention.EXACT, pass).at(TOKENS).doubleValue();
    }

    /** "num_parameters: 124475904" is what llm.c prints for GPT-2 124M with its vocabulary padded to 50304. */
    @Test
    void theParametersOfLlmcAreThoseItPrints() {
        assertThat(ParameterCount.padded(Models.named("gpt-small")).tied()).isEqualTo(124_475_904);
    }

    /** nanoGPT's transformer_sizing.ipynb: "we see: 124337664, expected: 124337664, match: True". */
    @Test
    void theParametersOfNanoGptAreThoseItPrints() {
        assertThat(ParameterCount.of(Models.named("gpt-small")).withoutBias()).isEqualTo(124_337_664);
    }

    /** llm.c's train_gpt2.py pads the vocabulary to a multiple of 128. */
    @Test
    void aVocabularyJustBeyondAMultipleIsPaddedToTheNext() {
        assertThat(ParameterCount.padded(Gpt2.of("any", 1, 1, 1, 129, 1)).head())
                .isEqualTo(256);
        assertThat(ParameterCount.padded(Gpt2.of("any", 1, 1, 1, 128, 1)).head())
                .isEqualTo(128);
    }
}
