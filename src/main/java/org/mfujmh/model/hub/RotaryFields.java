package org.mfujmh.model.hub;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.mfujmh.model.Rotary;

/**
 * Rotary positions as configs spell them: {@code rope_theta} and {@code rope_scaling} until 2025, {@code
 * rope_parameters} since, for all layers or by the kind of layer.
 */
final class RotaryFields {
    private static final Set<String> KINDS = Set.of("default", "linear", "dynamic", "yarn", "longrope", "llama3");
    private static final String THETA = "rope_theta";
    private static final String PARAMETERS = "rope_parameters";
    private static final String SCALING = "rope_scaling";
    static final String PARTIAL = "partial_rotary_factor";
    private static final String ORIGINAL = "original_max_position_embeddings";
    static final String QUERY_GROWTH = "llama_4_scaling_beta";

    /** What the library reads elsewhere or, in most families, not at all. */
    private static final Set<String> HARMLESS = Set.of(
            "mscale", "mscale_all_dim", "finetuned", "rope_type", "type", "max_position_embeddings", QUERY_GROWTH);

    private static final int PHI3_CONTEXT = 4096;

    private RotaryFields() {}

    /**
     * Columns of a head that positions may rotate.
     *
     * @param field that says how many
     * @param divided hidden_size / num_attention_heads of a Phi-3, whose columns the library counts longrope's factors
     *     by; empty for other families
     */
    record Columns(String field, int count, OptionalInt divided) {
        Columns(String field, int count) {
            this(field, count, OptionalInt.empty());
        }

        /**
         * Whether the family is Phi-3, which can turn a share of them, where the library ignores the share elsewhere;
         * has its original context outside of the scaling; and calls longrope yarn, too.
         */
        boolean partial() {
            return divided.isPresent();
        }
    }

    /**
     * The positions of all layers.
     *
     * @param theta the base where the config names none
     * @param context the model's, which stands in for a missing original context
     */
    static Rotary of(ConfigFields config, Columns columns, double theta, int context) {
        double base = config.positive(THETA, theta);
        double share = config.positive(PARTIAL, 1);
        Optional<ConfigFields> parameters = config.object(PARAMETERS);
        Optional<ConfigFields> scaling = config.object(SCALING).filter(fields -> !fields.isEmpty());
        return scaling.or(() -> parameters)
                .map(fields -> of(config, fields, columns, base, share, context))
                .orElseGet(() -> Rotary.of(base, turned(config, columns, columns.partial() ? share : 1)));
    }

    /**
     * The positions of the layers of one kind, where they differ: Gemma 3 and OLMo 3.
     *
     * @param kind {@code full_attention} or {@code sliding_attention}
     * @param theta the base where rope_parameters names none
     * @param scaled whether the old {@code rope_scaling} concerns this kind
     */
    static Rotary ofKind(ConfigFields config, String kind, double theta, boolean scaled, int headWidth, int context) {
        Columns columns = new Columns("head_dim", headWidth);
        Optional<ConfigFields> parameters = config.object(PARAMETERS);
        Rotary unscaled = Rotary.of(theta, turned(config, columns, 1));
        Rotary mine = parameters
                .flatMap(all -> all.object(kind))
                .map(fields -> of(config, fields, columns, unscaled.theta(), 1, context))
                .orElse(unscaled);
        parameters.ifPresent(all -> all.refuseUnread(Set.of("full_attention", "sliding_attention")::contains));
        return config.object(SCALING)
                .filter(fields -> scaled && !fields.isEmpty())
                .map(RotaryFields::withItsNewName)
                .map(fields -> of(config, fields, columns, mine.theta(), 1, context))
                .orElse(mine);
    }

    /** Where kinds differ the library passes over the old name, and so over the scaling. */
    private static ConfigFields withItsNewName(ConfigFields scaling) {
        if (scaling.has("type") && !scaling.has("rope_type")) {
            throw scaling.refused("type", "is what this family calls rope_type: the library does not read it");
        }
        return scaling;
    }

    private static Rotary of(
            ConfigFields config, ConfigFields fields, Columns columns, double theta, double outerShare, int context) {
        String kind = fields.word("rope_type", fields.word("type", "default"));
        String known = kind.equals("su") || (columns.partial() && kind.equals("yarn")) ? "longrope" : kind;
        if (!KINDS.contains(known)) {
            throw fields.refused(
                    "rope_type",
                    "is " + ConfigFields.quoted(kind) + "; supported are "
                            + String.join(", ", KINDS.stream().sorted().toList()));
        }
        double base = fields.positive(THETA, theta);
        double share = fields.positive(PARTIAL, outerShare);
        boolean llama3 = known.equals("llama3");
        boolean longrope = known.equals("longrope");
        int inner = fields.size(ORIGINAL, context);
        int original = columns.partial() ? config.size(ORIGINAL, PHI3_CONTEXT) : inner;
        double unsaid = longrope || known.equals("yarn") ? (double) context / original : 1;
        double factor = llama3 || known.equals("linear")
                ? fields.requiredPositive("factor")
                : fields.positive("factor", unsaid);
        double low = llama3 ? fields.requiredPositive("low_freq_factor") : fields.number("beta_slow", 1);
        double high = llama3 ? fields.requiredPositive("high_freq_factor") : fields.number("beta_fast", 32);
        double attention = fields.number(
                "attention_factor",
                longrope ? longropesFactor(factor, original) : known.equals("yarn") ? yarnsFactor(fields, factor) : 1);
        boolean truncated = fields.flag("truncate", true);
        List<Double> shorter = fields.numbers("short_factor");
        List<Double> longer = fields.numbers("long_factor");
        if (llama3 && !(high > low)) {
            throw fields.refused("high_freq_factor", "is not above low_freq_factor");
        }
        fields.refuseUnread(HARMLESS::contains);
        if (known.equals("default")) {
            return Rotary.of(base, turned(config, columns, columns.partial() ? share : 1));
        }
        if (!columns.partial() && share != 1) {
            throw fields.refused(
                    "rope_type",
                    "is \"" + kind + "\", which applies to all columns of a head in this family; " + PARTIAL + " is "
                            + share);
        }
        int width = turned(config, columns, share);
        if (known.equals("dynamic") && width == 2) {
            throw fields.refused(
                    "rope_type",
                    "is \"dynamic\", which divides by the columns that are rotated, less 2; there are 2 in a head");
        }
        if (longrope) {
            columns.divided.ifPresent(divided -> {
                if ((int) (divided * share) / 2 != width / 2) {
                    throw config.refused(
                            columns.field,
                            "is " + columns.count + " where hidden_size / num_attention_heads is " + divided
                                    + ": the library wants longrope's factors to be as many as pairs of columns in both");
                }
            });
            requireFactors(fields, "short_factor", shorter, width / 2);
            requireFactors(fields, "long_factor", longer, width / 2);
            if (!Double.isFinite(attention)) {
                throw fields.refused(
                        ORIGINAL, "is " + original + "; it must be above 1 unless attention_factor is there");
            }
        }
        return new Rotary(
                base,
                width,
                new Rotary.Scaling(known, factor, low, high, original, attention, truncated, shorter, longer, 0));
    }

    /** One number above 0 for each pair. */
    private static void requireFactors(ConfigFields fields, String field, List<Double> factors, int pairs) {
        if (factors.size() != pairs || factors.stream().anyMatch(factor -> !(factor > 0))) {
            throw fields.refused(
                    field,
                    (factors.isEmpty() ? "is missing" : "has " + factors.size() + " numbers")
                            + "; it must have one above 0 for each of the " + pairs
                            + " pairs of columns that are rotated");
        }
    }

    /** The factor of cosines and sines in longrope, if the config does not say. */
    private static double longropesFactor(double factor, int original) {
        return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    }

    /** The factor of cosines and sines in yarn, if the config does not say: 0.1 ln(factor) + 1, or a ratio of two. */
    private static double yarnsFactor(ConfigFields fields, double factor) {
        double scale = fields.number("mscale", 0);
        double ofAll = fields.number("mscale_all_dim", 0);
        return scale != 0 && ofAll != 0
                ? attentionFactor(factor, scale) / attentionFactor(factor, ofAll)
                : attentionFactor(factor);
    }

    static double attentionFactor(double factor) {
        return attentionFactor(factor, 1);
    }

    private static double attentionFactor(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /** That share of the columns of a head, an even number. */
    static int turned(ConfigFields config, Columns columns, double share) {
        if (share > 1) {
            throw config.refused(PARTIAL, "is " + share + "; it must be at most 1");
        }
        int width = (int) (columns.count * share);
        if (width < 2 || width % 2 != 0) {
            String field = share == 1 ? columns.field : PARTIAL;
            String value = share == 1 ? "" + columns.count : share + ", " + width + " of " + columns.count + " columns";
            String why = "; rotary positions rotate pairs of columns, so it must be even";
            throw config.refused(field, "is " + value + why);
        }
        return width;
    }
}
