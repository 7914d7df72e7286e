package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

class PerTokenTableTest {

    @Test
    void theFileIsWhatTheClosedFormsGive() throws IOException {
        try (InputStream file = PerTokenTable.class.getResourceAsStream("per_token.csv")) {
            assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .as(
                            "stale: docs/reference/conventions.md has the command that writes it anew (./mfu flops --per-token-csv)")
                    .isEqualTo(PerTokenTable.generate());
        }
    }

    @Test
    void everyModelHasEveryConvention() {
        PerTokenTable table = PerTokenTable.load();
        for (Architecture config : Models.shipped()) {
            assertThat(table.knows(config.name())).isTrue();
            for (Convention convention : Convention.values()) {
                for (Pass pass : List.of(Pass.FORWARD, Pass.FORWARD_BACKWARD)) {
                    for (int tokens : List.of(7, 700, 7000)) {
                        assertThat(table.sequence(config.name(), convention, pass, tokens))
                                .isEqualTo(
                                        TokenFlops.of(config, convention, pass).sequence(tokens));
                    }
                }
            }
        }
    }

    /** Two layers of 12 x 64 x 64 weights and a head of 64 x 256, at 2 FLOPs; two products of 2 x 64 x T each. */
    @Test
    void gptTinyForwardCanBeDoneByHand() {
        long products = 2 * (2 * 12 * 64 * 64 + 64 * 256);
        assertThat(PerTokenTable.load().perToken("gpt-tiny", Convention.EXACT, Pass.FORWARD, 64))
                .isEqualTo((double) (products + 2 * 2 * 2 * 64 * 64));
    }

    @Test
    void aCountPast2To63IsExactToo() throws IOException {
        PerTokenTable table = PerTokenTable.read(new StringReader("""
                        model,convention,window,forward_a,forward_b,total_a,total_b
                        vast,exact,,9223372036854775807,1,9223372036854775807,1
                        """));
        assertThat(table.sequence("vast", Convention.EXACT, Pass.FORWARD, 1)).isEqualTo(BigInteger.TWO.pow(63));
    }

    @Test
    void anUnknownModelIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> PerTokenTable.load().perToken("gpt-smal", Convention.EXACT, Pass.FORWARD, 1))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("Did you mean \"gpt-small\"?");
    }
}
