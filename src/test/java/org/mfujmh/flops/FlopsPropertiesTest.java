package org.mfujmh.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mfujmh.model.Pass.FORWARD;
import static org.mfujmh.model.Pass.FORWARD_BACKWARD;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.Pass;

/** What holds for a GPT of any size. */
@Domain(AnyWorkload.class)
@Domain(DomainContext.Global.class)
class FlopsPropertiesTest {

    @Property(tries = 300, seed = "1")
    void linearInTheBatch(
            @ForAll Workload workload,
            @ForAll Convention convention,
            @ForAll Pass pass,
            @ForAll @IntRange(min = 1, max = 2000) int times) {
        Workload larger = new Workload(workload.model(), workload.batch() * times, workload.tokens());
        assertThat(larger.flops(convention, pass))
                .isEqualTo(workload.flops(convention, pass).multiply(BigInteger.valueOf(times)));
    }

    /** The audit multiplies matrices, the closed form knows none: they have to agree to the last digit. */
    @Property(tries = 500, seed = "2")
    void theTermsOfTheAuditAddUpToTheClosedForm(@ForAll Workload workload, @ForAll Convention convention) {
        Audit audit = Audit.of(workload, convention);
        assertThat(audit.forward()).isEqualTo(workload.flops(convention, FORWARD));
        assertThat(audit.backward()).isEqualTo(workload.backwardFlops(convention));
        assertThat(audit.total()).isEqualTo(workload.flops(convention, FORWARD_BACKWARD));
    }

    /** Two products backward for each forward; recomputation adds one more. */
    @Property(tries = 300, seed = "3")
    void theBackwardPassIsTwiceTheForwardUnlessItRecomputes(@ForAll Workload workload, @ForAll Convention convention) {
        BigInteger forward = workload.flops(convention, FORWARD);
        BigInteger backward = workload.backwardFlops(convention);
        BigInteger twice = forward.shiftLeft(1);
        switch (convention) {
            case HFU_FULL -> assertThat(backward).isEqualTo(twice.add(forward));
            case HFU_SDPA -> assertThat(backward).isEqualTo(twice.add(scores(workload)));
            default -> assertThat(backward).isEqualTo(twice);
        }
    }

    /** 2LdT for every token: the first of attention's two products, all of its square. */
    private static BigInteger scores(Workload workload) {
        return BigInteger.valueOf(
                        2L * workload.model().layers() * workload.model().width())
                .multiply(BigInteger.valueOf(workload.tokens()))
                .multiply(workload.allTokens());
    }

    @Property(tries = 300, seed = "4")
    void conventionsAreInTheOrderOfWhatTheyCount(@ForAll Workload workload) {
        BigInteger kaplan = workload.flops(Convention.KAPLAN, FORWARD_BACKWARD);
        BigInteger linear = workload.flops(Convention.LINEAR_ONLY, FORWARD_BACKWARD);
        BigInteger half = workload.flops(Convention.CAUSAL_HALF, FORWARD_BACKWARD);
        BigInteger triangle = workload.flops(Convention.CAUSAL_EXACT, FORWARD_BACKWARD);
        BigInteger exact = workload.flops(Convention.EXACT, FORWARD_BACKWARD);
        BigInteger sdpa = workload.flops(Convention.HFU_SDPA, FORWARD_BACKWARD);
        BigInteger full = workload.flops(Convention.HFU_FULL, FORWARD_BACKWARD);
        assertThat(kaplan).isLessThan(linear);
        assertThat(linear).isLessThan(half);
        assertThat(half).isLessThan(triangle);
        assertThat(triangle).isLessThanOrEqualTo(exact);
        assertThat(exact).isLessThan(sdpa);
        assertThat(sdpa).isLessThan(full);
        assertThat(half.shiftLeft(1)).as("half is the middle of none and all").isEqualTo(linear.add(exact));
        assertThat(full.multiply(BigInteger.valueOf(3)))
                .as("a forward pass more: 4/3")
                .isEqualTo(exact.shiftLeft(2));
        assertThat(workload.flops(Convention.PALM, FORWARD_BACKWARD)).isGreaterThan(exact);
        assertThat(workload.flops(Convention.LLMC, FORWARD_BACKWARD)).isGreaterThan(half);
    }

    @Property(tries = 300, seed = "5")
    void noConventionCountsLessForALargerModelOrSequence(
            @ForAll Architecture model, @ForAll Convention convention, @ForAll Pass pass) {
        BigInteger cost = cost(model, convention, pass);
        assertThat(cost(more(model, 1, 0, 0, 0), convention, pass)).isGreaterThan(cost);
        assertThat(cost(more(model, 0, 1, 0, 0), convention, pass)).isGreaterThan(cost);
        assertThat(cost(more(model, 0, 0, 1, 0), convention, pass)).isGreaterThanOrEqualTo(cost);
        assertThat(cost(more(model, 0, 0, 0, 1), convention, pass)).isGreaterThanOrEqualTo(cost);
    }

    /** Of a sequence: a longer one has the tokens of a prefill share the head among more. */
    private static BigInteger cost(Architecture model, Convention convention, Pass pass) {
        return TokenFlops.of(model, convention, pass).sequence(model.context());
    }

    private static Architecture more(Architecture model, int layers, int headWidth, int vocabulary, int context) {
        return Gpt2.of(
                "more",
                model.layers() + layers,
                model.width() + headWidth * model.heads(),
                model.heads(),
                model.vocabulary() + vocabulary,
                model.context() + context);
    }

    @Property(tries = 200, seed = "6")
    void parametersAreThoseOfTheModel(@ForAll Architecture model) {
        assertThat(ParameterCount.of(model).untied().longValueExact()).isEqualTo(model.parameters());
        assertThat(ParameterCount.of(model).tied().longValueExact()).isEqualTo(model.parametersTied());
        assertThat(ParameterCount.of(model).matmul().longValueExact()).isEqualTo(model.matmulWeights());
    }
}
