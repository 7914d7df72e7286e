package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

class AuditTest {
    private static final Architecture SMALL = Models.named("gpt-small");

    /** The table that nanoGPT's transformer_sizing.ipynb (@3adf61e) prints for one block, times 12, and the head. */
    @Test
    void theForwardPassIsNanoGptsTable() {
        Map<String, Long> terms = terms(Audit.of(new Workload(SMALL, 1, 1024), Convention.EXACT), Term.Half.FORWARD);
        assertThat(terms)
                .isEqualTo(Map.of(
                        "qkv", 12 * 3_623_878_656L,
                        "scores", 12 * 1_610_612_736L,
                        "values", 12 * 1_610_612_736L,
                        "projection", 12 * 1_207_959_552L,
                        "mlp up", 12 * 4_831_838_208L,
                        "mlp down", 12 * 4_831_838_208L,
                        "head", 79_047_426_048L));
    }

    @Test
    void theBackwardPassHasTwoProductsForEach() {
        Map<String, Long> terms = terms(Audit.of(new Workload(SMALL, 1, 1024), Convention.EXACT), Term.Half.BACKWARD);
        assertThat(terms)
                .containsOnlyKeys(
                        "qkv dX",
                        "qkv dW",
                        "scores dQ",
                        "scores dK",
                        "values dP",
                        "values dV",
                        "projection dX",
                        "projection dW",
                        "mlp up dX",
                        "mlp up dW",
                        "mlp down dX",
                        "mlp down dW",
                        "head dX",
                        "head dW")
                .containsEntry("head dW", 79_047_426_048L)
                .containsEntry("scores dQ", 12 * 1_610_612_736L);
    }

    /** What kaplan leaves out stays in sight, as nothing. */
    @Test
    void whatAConventionLeavesOutIsShownAsSuch() {
        Audit audit = Audit.of(new Workload(SMALL, 1, 1024), Convention.KAPLAN);
        assertThat(audit.terms())
                .filteredOn(term -> term.flops().signum() == 0)
                .extracting(Term::name)
                .contains("scores", "values", "head", "head dX", "head dW");
        assertThat(audit.terms())
                .filteredOn(term -> term.flops().signum() == 0)
                .allSatisfy(term -> assertThat(term.remark()).isEqualTo("not counted"));
    }

    /** llm.c: 9 biases and 4 norm vectors a block and 2 at the end, 1024 positions, 47 rows of padding. */
    @Test
    void whatLlmcCountsBesidesHasAName() {
        Map<String, Long> terms = terms(Audit.of(new Workload(SMALL, 1, 1), Convention.LLMC), Term.Half.FORWARD);
        assertThat(terms)
                .containsEntry("biases and norms", 2 * (12 * 13 + 2) * 768L)
                .containsEntry("position embedding", 2 * 1024 * 768L)
                .containsEntry("vocabulary padding", 2 * 47 * 768L);
    }

    @Test
    void aTrillionParametersAtAMillionSequencesAreCountedInFull() {
        Architecture trillion = Gpt2.of("trillion", 128, 25600, 160, 51200, 2048);
        Workload workload = new Workload(trillion, 1_000_000, 2048);
        BigInteger d = BigInteger.valueOf(25600);
        BigInteger weights = d.pow(2).multiply(BigInteger.valueOf(12 * 128)).add(d.multiply(BigInteger.valueOf(51200)));
        BigInteger attention = d.multiply(BigInteger.valueOf(12L * 128 * 2048));
        BigInteger expected =
                weights.multiply(BigInteger.valueOf(6)).add(attention).multiply(BigInteger.valueOf(2_048_000_000L));
        assertThat(expected.bitLength()).as("beyond a long").isGreaterThan(63);
        assertThat(workload.flops(Convention.EXACT, Pass.FORWARD_BACKWARD)).isEqualTo(expected);
        assertThat(Audit.of(workload, Convention.EXACT).total()).isEqualTo(expected);
    }

    @Test
    void impossibleWorkloadsAreRefusedInASentence() {
        assertThatThrownBy(() -> new Workload(SMALL, 0, 1024))
                .isInstanceOf(BadInput.class)
                .hasMessage("The batch needs at least 1 sequence, not 0.");
        assertThatThrownBy(() -> new Workload(SMALL, 1, -1)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> new Workload(SMALL, 1, 1025))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("beyond the context of gpt-small, which has 1024 positions");
    }

    private static Map<String, Long> terms(Audit audit, Term.Half half) {
        return audit.terms().stream()
                .filter(term -> term.pass() == half)
                .collect(Collectors.toMap(Term::name, term -> term.flops().longValueExact()));
    }
}
