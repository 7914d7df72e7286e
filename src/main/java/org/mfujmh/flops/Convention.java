package org.mfujmh.flops;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.MetricId;

/**
 * A way of counting what a language model's forward and backward pass cost. Systems in use differ by up to a
 * factor of 2.2 for the same run, so a utilization means nothing without the name of its convention.
 *
 * <p>Per token every convention is a times the weights it counts, plus b times A T for attention: T tokens in the
 * sequence, and A, summed over layers, query heads x (columns of a key + columns of a value) / 2, which is Ld for
 * GPT-2. A product with a weight matrix takes 2 FLOPs a weight forward and 4 backward (the gradient of its input, and
 * of the weight); attention has two products forward, scores and values, and four backward.
 */
public enum Convention {
    /** Every matrix product in full: 6M + 12AT. */
    EXACT(
            CountedWeights.MATMUL,
            CountedPairs.FULL,
            Recomputed.NOTHING,
            "nanoGPT transformer_sizing.ipynb; nanochat without windows; torch FlopCounterMode on eager attention",
            "every matrix product in full, masked or not: what full-square attention executes. The default"),
    /** Linear layers only, without attention: 6M. */
    LINEAR_ONLY(
            CountedWeights.MATMUL,
            CountedPairs.NONE,
            Recomputed.NOTHING,
            "LLMs-from-scratch ch04 flops-analysis.ipynb (thop: nn.Linear only)",
            "to compare with the notebook and with thop, calflops or ptflops, which miss attention"),
    /** Half of the attention square: 6M + 6AT. */
    CAUSAL_HALF(
            CountedWeights.MATMUL,
            CountedPairs.HALF,
            Recomputed.NOTHING,
            "Megatron-LM training.py; NeMo flops_formulas.py; MaxText",
            "to compare with Megatron-LM, NeMo and MaxText: half of the square is masked"),
    /** The attention that a causal model needs, diagonal included: 6M + 6A(T+1). */
    CAUSAL_EXACT(
            CountedWeights.MATMUL,
            CountedPairs.TRIANGLE,
            Recomputed.NOTHING,
            "nanochat (prefill): T(T+1)/2 pairs",
            "what the task needs: each token attends to itself and earlier ones"),
    /** Full attention, nearly all parameters taken for weights: 6N + 12AT. */
    PALM(
            CountedWeights.TIED_WITHOUT_POSITIONS,
            CountedPairs.FULL,
            Recomputed.NOTHING,
            "PaLM, appendix B (arXiv 2204.02311), with the N of nanoGPT model.py",
            "to compare with papers that cite PaLM, and with nanoGPT's training log"),
    /** Active parameters taken for weights, attention in full up to the window: 6N + 12A min(T, w). */
    TORCHTITAN(
            CountedWeights.TIED_WITHOUT_POSITIONS,
            CountedPairs.WINDOW,
            Recomputed.NOTHING,
            "torchtitan utils.py get_*_model_nparams_and_flops, windows since PR 4300",
            "to compare with torchtitan's log: like palm, but a layer's window limits attention"),
    /** Half attention, all parameters taken for weights: 6N + 6AT. */
    LLMC(
            CountedWeights.TIED_PADDED,
            CountedPairs.HALF,
            Recomputed.NOTHING,
            "llm.c train_gpt2.cu: 6N + 6LCT",
            "to compare with llm.c's training log"),
    /** Blocks only: 6N. */
    KAPLAN(
            CountedWeights.BLOCKS,
            CountedPairs.NONE,
            Recomputed.NOTHING,
            "Kaplan et al., Scaling Laws (arXiv 2001.08361): C = 6ND",
            "to compare with scaling laws; too low for small models, whose head is large"),
    /** What fused attention executes, scores computed twice: 6M + 14AT. */
    HFU_SDPA(
            CountedWeights.MATMUL,
            CountedPairs.FULL,
            Recomputed.SCORES,
            "torch FlopCounterMode on scaled-dot-product attention: 2 products forward, 5 backward",
            "hardware utilization of fused attention, whose backward recomputes the scores"),
    /** What full recomputation executes, a second forward pass in the backward: 8M + 16AT. */
    HFU_FULL(
            CountedWeights.MATMUL,
            CountedPairs.FULL,
            Recomputed.EVERYTHING,
            "llm-foundry hfu and GPT-NeoX (after Korthikanti et al., arXiv 2205.05198): factor 4",
            "hardware utilization where every block is recomputed (activation checkpointing)");

    /** Which pairs of a query and a key a convention counts. */
    public enum CountedPairs {
        /** None. */
        NONE(0, ""),
        /** Half of the square, because the other half is masked. */
        HALF(2, "T"),
        /** Those that a token sees: on and under the diagonal, no further back than the window. */
        TRIANGLE(2, "(T+1)"),
        /** All of the square as far as a window reaches: T min(T, w). */
        WINDOW(4, "min(T,w)"),
        /** All of the square, masked or not. */
        FULL(4, "T");

        private final int forwardFactor;
        private final String tokens;

        CountedPairs(int forwardFactor, String tokens) {
            this.forwardFactor = forwardFactor;
            this.tokens = tokens;
        }

        /**
         * Twice the pairs that count in a sequence, which is a whole number.
         *
         * @param window positions that a token sees; 0: all up to its own
         */
        BigInteger twiceThePairs(int tokens, int window) {
            BigInteger all = BigInteger.valueOf(tokens);
            BigInteger seen = window == 0 ? all : all.min(BigInteger.valueOf(window));
            return switch (this) {
                case NONE -> BigInteger.ZERO;
                case HALF -> all.multiply(all);
                case TRIANGLE ->
                    seen.multiply(seen.add(BigInteger.ONE))
                            .add(all.subtract(seen).multiply(seen).shiftLeft(1));
                case WINDOW -> all.multiply(seen).shiftLeft(1);
                case FULL -> all.multiply(all).shiftLeft(1);
            };
        }

        /**
         * Twice the pairs that count for the last token of a sequence, as a decoding step computes them: what a token
         * of the sequence has on average where the convention takes all for alike, and where it honours positions its
         * own.
         */
        BigInteger twiceThePairsOfTheLast(int tokens, int window) {
            BigInteger all = BigInteger.valueOf(tokens);
            BigInteger seen = window == 0 ? all : all.min(BigInteger.valueOf(window));
            return switch (this) {
                case NONE -> BigInteger.ZERO;
                case HALF -> all;
                case TRIANGLE, WINDOW -> seen.shiftLeft(1);
                case FULL -> all.shiftLeft(1);
            };
        }
    }

    /** What the backward pass is taken to compute a second time. */
    public enum Recomputed {
        NOTHING,
        /** The scores, the first of attention's two products: fused attention does not keep them. */
        SCORES,
        /** The whole forward pass. */
        EVERYTHING
    }

    /** A multiplication and an addition for every weight and token: what all conventions agree on. */
    private static final int WEIGHT_FORWARD = 2;

    private final CountedWeights weights;
    private final CountedPairs attention;
    private final Recomputed recomputed;
    private final String source;
    private final String use;

    Convention(CountedWeights weights, CountedPairs attention, Recomputed recomputed, String source, String use) {
        this.weights = weights;
        this.attention = attention;
        this.recomputed = recomputed;
        this.source = source;
        this.use = use;
    }

    /** @throws org.mfujmh.BadInput if no such name exists, suggesting the nearest */
    public static Convention of(String label) {
        return Arrays.stream(values())
                .filter(convention -> convention.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch(
                        "convention",
                        label,
                        Arrays.stream(values()).map(Convention::label).toList()));
    }

    /** The name that users write, e.g. {@code causal_half}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The metric that a utilization under this convention is reported as. */
    public MetricId metric() {
        return switch (this) {
            case EXACT -> MetricId.MFU;
            case LINEAR_ONLY -> MetricId.MFU_LINEAR_ONLY;
            case CAUSAL_HALF -> MetricId.MFU_CAUSAL_HALF;
            case CAUSAL_EXACT -> MetricId.MFU_CAUSAL_EXACT;
            case PALM -> MetricId.MFU_PALM;
            case TORCHTITAN -> MetricId.MFU_TORCHTITAN;
            case LLMC -> MetricId.MFU_LLMC;
            case KAPLAN -> MetricId.MFU_KAPLAN;
            case HFU_SDPA -> MetricId.HFU_SDPA;
            case HFU_FULL -> MetricId.HFU_FULL;
        };
    }

    /** FLOPs per token of forward and backward together, e.g. {@code 6M + 12AT}. */
    public String formula() {
        return formula(Pass.FORWARD_BACKWARD);
    }

    /** FLOPs per token of a forward pass, e.g. {@code 2M + 4AT}. */
    public String forwardFormula() {
        return formula(Pass.FORWARD);
    }

    /** FLOPs per token of a prefill, H the head's weights: {@code 2(M - H) + 2H/T + 4AT}. */
    public String prefillFormula() {
        String forward = formula(Pass.PREFILL);
        String all = WEIGHT_FORWARD + weights.symbol();
        return weights.countsHead()
                ? WEIGHT_FORWARD + "(" + weights.symbol() + " - H) + " + WEIGHT_FORWARD + "H/T"
                        + forward.substring(all.length())
                : forward;
    }

    /** FLOPs of a decoding step per token, T in the cache and the token itself: {@code 2M + 4A(T+1)}. */
    public String decodeFormula() {
        String all = WEIGHT_FORWARD + weights.symbol();
        return switch (attention) {
            case NONE -> all;
            case HALF -> all + " + 2A(T+1)";
            case TRIANGLE, FULL -> all + " + 4A(T+1)";
            case WINDOW -> all + " + 4Amin(T+1,w)";
        };
    }

    private String formula(Pass pass) {
        int factor = attentionFactor(pass);
        return weightFactor(pass) + weights.symbol() + (factor == 0 ? "" : " + " + factor + "A" + attention.tokens);
    }

    /** Who counts so: a system and its file, or a paper. */
    public String source() {
        return source;
    }

    /** What this convention is for, in a few words. */
    public String use() {
        return use;
    }

    /** The weights that it multiplies. */
    public CountedWeights weights() {
        return weights;
    }

    /** How much of attention it counts. */
    public CountedPairs attention() {
        return attention;
    }

    /** What it takes the backward pass to compute again. */
    public Recomputed recomputed() {
        return recomputed;
    }

    /** FLOPs of one pass for each weight and token: 2, 6 or 8. The backward has two products for each forward. */
    int weightFactor(Pass pass) {
        return switch (pass) {
            case FORWARD, PREFILL, DECODE -> WEIGHT_FORWARD;
            case FORWARD_BACKWARD -> 3 * WEIGHT_FORWARD + (recomputed == Recomputed.EVERYTHING ? WEIGHT_FORWARD : 0);
        };
    }

    /** FLOPs of one pass for attention, in units of A T a token, whatever of T the convention counts. */
    int attentionFactor(Pass pass) {
        int forward = attention.forwardFactor;
        return switch (pass) {
            case FORWARD, PREFILL, DECODE -> forward;
            case FORWARD_BACKWARD ->
                3 * forward
                        + switch (recomputed) {
                            case NOTHING -> 0;
                            case SCORES -> forward / 2;
                            case EVERYTHING -> forward;
                        };
        };
    }
}
