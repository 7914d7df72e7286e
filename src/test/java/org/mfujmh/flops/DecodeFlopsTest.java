package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

/** FLOPs of a decoding step: the last token of a sequence. */
class DecodeFlopsTest {
    /** M = 123,532,032 and A = 12 x 768: 2M + 4A(T + 1). */
    @Test
    void gptSmallByTheClosedForm() {
        long expected = 2 * 123_532_032L + 4 * 12 * 768L * 257;
        assertThat(new Workload(Models.named("gpt-small"), 3, 256).flops(Convention.EXACT, Pass.DECODE))
                .isEqualTo(3 * expected);
    }

    /** A prompt of T tokens and then steps cost what a pass over all of them costs, where causal pairs are counted. */
    @ParameterizedTest
    @EnumSource(names = {"CAUSAL_EXACT", "LINEAR_ONLY", "KAPLAN"})
    void stepsAddUpToThePass(Convention convention) {
        for (String name : new String[] {"gpt-tiny", "gemma-3-270m", "mistral-7b"}) {
            Architecture model = Models.named(name);
            int last = Math.min(model.context(), 5000);
            BigInteger sum = new Workload(model, 1, last - 40).flops(convention, Pass.FORWARD);
            for (int cached = last - 40; cached < last; cached++) {
                sum = sum.add(new Workload(model, 1, cached).flops(convention, Pass.DECODE));
            }
            assertThat(sum).as(name).isEqualTo(new Workload(model, 1, last).flops(convention, Pass.FORWARD));
        }
    }
}
