package org.mfujmh.flops;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;

/** GPTs of any size up to a trillion parameters, and batches for them. */
class AnyWorkload extends DomainContextBase {

    @Provide
    Arbitrary<Architecture> models() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 128),
                        Arbitraries.integers().between(1, 256),
                        Arbitraries.integers().between(1, 128),
                        Arbitraries.integers().between(1, 300_000),
                        Arbitraries.integers().between(1, 131_072))
                .as((layers, headWidth, heads, vocabulary, context) ->
                        Gpt2.of("any", layers, headWidth * heads, heads, vocabulary, context));
    }

    @Provide
    Arbitrary<Workload> workloads() {
        return models().flatMap(model -> Combinators.combine(
                        Arbitraries.integers().between(1, 1_000_000),
                        Arbitraries.integers().between(1, model.context()))
                .as((batch, tokens) -> new Workload(model, batch, tokens)));
    }
}
