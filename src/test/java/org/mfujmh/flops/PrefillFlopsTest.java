package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** FLOPs of a forward pass whose head multiplies each sequence's last token alone. */
class PrefillFlopsTest {
    private static final Architecture SMALL = Models.named("gpt-small");

    /** 12 layers of 12 d^2 weights for each of 1024 tokens, attention 4 T d, and once the head: by hand. */
    @Test
    void gptSmallByTheClosedForm() {
        long d = 768;
        long blocks = 2 * 12 * 12 * d * d * 1024 + 12 * 4 * 1024 * 1024 * d;
        long head = 2 * 50_257 * d;
        Workload workload = new Workload(SMALL, 3, 1024);
        assertThat(workload.flops(Convention.EXACT, Pass.PREFILL)).isEqualTo(3 * (blocks + head));
        assertThat(workload.perToken(Convention.EXACT, Pass.PREFILL)).isEqualTo(Math.round((blocks + head) / 1024.0));
    }

    /** llm.c pads the vocabulary to 50304 words: so much of N is multiplied once; kaplan has no head in any pass. */
    @Test
    void theHeadIsTheConventionsOwn() {
        Workload workload = new Workload(SMALL, 1, 1024);
        assertThat(difference(workload, Convention.EXACT)).isEqualTo(2L * 50_257 * 768 * 1023);
        assertThat(difference(workload, Convention.PALM)).isEqualTo(2L * 50_257 * 768 * 1023);
        assertThat(difference(workload, Convention.LLMC)).isEqualTo(2L * 50_304 * 768 * 1023);
        assertThat(difference(workload, Convention.KAPLAN)).isZero();
    }

    private static long difference(Workload workload, Convention convention) {
        return workload.flops(convention, Pass.FORWARD)
                .subtract(workload.flops(convention, Pass.PREFILL))
                .longValueExact();
    }

    /** Tied and not, with windows, experts, latent attention. */
    @ParameterizedTest
    @EnumSource
    void theAuditAddsUpToTheClosedForm(Convention convention) {
        for (String name : new String[] {"gpt-small", "llama-3.2-1b", "gemma-3-270m", "gpt-oss-20b", "deepseek-v3"}) {
            Workload workload = new Workload(Models.named(name), 2, 600);
            Audit audit = Audit.ofPrefill(workload, convention);
            assertThat(audit.total()).as(name).isEqualTo(workload.flops(convention, Pass.PREFILL));
            assertThat(audit.backward()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofASingleTokenItIsTheForwardPass(Convention convention) {
        Workload workload = new Workload(Models.named("llama-3.2-1b"), 5, 1);
        assertThat(workload.flops(convention, Pass.PREFILL)).isEqualTo(workload.flops(convention, Pass.FORWARD));
        assertThat(Audit.ofPrefill(workload, convention).forward())
                .isEqualTo(Audit.of(workload, convention).forward());
    }

    /** The head reads its weights once either way; activations and logits of 1023 tokens less. */
    @Test
    void theHeadMovesFewerBytes() {
        Workload workload = new Workload(SMALL, 1, 1024);
        BigInteger all = MovedBytes.of(workload, Pass.FORWARD, Program.FUSED, 2);
        BigInteger last = MovedBytes.of(workload, Pass.PREFILL, Program.FUSED, 2);
        assertThat(all.subtract(last)).isEqualTo(2L * 1023 * (768 + 50_257));
    }
}
