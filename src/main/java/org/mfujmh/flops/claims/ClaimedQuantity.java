package org.mfujmh.flops.claims;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mfujmh.DidYouMean;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.flops.TokenFlops;
import org.mfujmh.model.Pass;

/** What a published claim is about, and how it is worked out from the claim's own inputs. */
enum ClaimedQuantity {
    /** Parameters of the model with an output head of its own. */
    PARAMETERS_UNTIED("model") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return new BigDecimal(claim.parameters().untied());
        }
    },
    /** Parameters of the model whose head shares the token embedding. */
    PARAMETERS_TIED("model") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return new BigDecimal(claim.parameters().tied());
        }
    },
    /** The same, vocabulary padded to a multiple of 128. */
    PARAMETERS_PADDED("model") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return new BigDecimal(ParameterCount.padded(claim.model()).tied());
        }
    },
    /** The same without any bias. */
    PARAMETERS_WITHOUT_BIAS("model") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return new BigDecimal(claim.parameters().withoutBias());
        }
    },
    /** FLOPs of a forward pass over the batch. */
    FORWARD_FLOPS("model batch seq convention") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return flops(claim, assumptions, Pass.FORWARD);
        }
    },
    /** FLOPs of a forward and backward pass over the batch. */
    TOTAL_FLOPS("model batch seq convention") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return flops(claim, assumptions, Pass.FORWARD_BACKWARD);
        }
    },
    /** The same, as a multiple of another convention's. */
    FLOPS_RATIO("model seq convention against") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            Assumptions other = new Assumptions(claim.against(), null, null);
            return perToken(claim, assumptions, Pass.FORWARD_BACKWARD)
                    .divide(perToken(claim, other, Pass.FORWARD_BACKWARD), PRECISION);
        }
    },
    /** Tokens of the batch over the seconds, on each device. */
    TOKENS_PER_S("seconds batch seq") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return claim.tokensPerSecondAndDevice();
        }
    },
    /** FLOPs forward and backward over the seconds, on each device. */
    FLOP_PER_S("model seq convention tokens_per_s") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return perToken(claim, assumptions, Pass.FORWARD_BACKWARD).multiply(claim.tokensPerSecondAndDevice());
        }
    },
    /** That, as a share of the device's peak: MFU, or HFU. */
    UTILIZATION("model seq convention tokens_per_s peak_tflops") {
        @Override
        BigDecimal of(Claim claim, Assumptions assumptions) {
            return FLOP_PER_S.of(claim, assumptions).divide(assumptions.peakFlopPerSecond(), PRECISION);
        }
    };

    static final MathContext PRECISION = MathContext.DECIMAL128;

    /**
     * What a figure rests on besides what was measured.
     *
     * @param convention what is counted; null if the quantity counts no FLOPs
     * @param weights counted in place of the convention's M or N; null for the convention's own
     * @param peakTflops of one device, TFLOP/s; null if the quantity is no share
     */
    record Assumptions(Convention convention, BigInteger weights, BigDecimal peakTflops) {
        BigDecimal peakFlopPerSecond() {
            return peakTflops.scaleByPowerOfTen(12);
        }
    }

    private final String needs;

    ClaimedQuantity(String needs) {
        this.needs = needs;
    }

    /** Columns that a claim about it must have. */
    List<String> needs() {
        return List.of(needs.split(" "));
    }

    abstract BigDecimal of(Claim claim, Assumptions assumptions);

    /** @throws org.mfujmh.BadInput if no such name exists, suggesting the nearest */
    static ClaimedQuantity of(String label) {
        return Arrays.stream(values())
                .filter(quantity -> quantity.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch(
                        "quantity",
                        label,
                        Arrays.stream(values()).map(ClaimedQuantity::label).toList()));
    }

    /** The name that claims use, e.g. {@code forward_flops}. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static BigDecimal flops(Claim claim, Assumptions assumptions, Pass pass) {
        return perToken(claim, assumptions, pass)
                .multiply(BigDecimal.valueOf(claim.batch()))
                .multiply(BigDecimal.valueOf(claim.tokens()));
    }

    private static BigDecimal perToken(Claim claim, Assumptions assumptions, Pass pass) {
        Convention convention = assumptions.convention();
        BigInteger weights =
                assumptions.weights() == null ? convention.weights().of(claim.model()) : assumptions.weights();
        return new BigDecimal(
                TokenFlops.of(claim.model(), convention, pass, weights).at(claim.tokens()));
    }
}
