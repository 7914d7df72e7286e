package org.mfujmh.model.hub;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.ShippedCsv;

/**
 * What a family's fields are where its config.json is silent: a row of {@code family_defaults.csv}.
 *
 * @param keyValueHeads 0: as many as query heads
 * @param headWidth columns of a head; 0: width / heads
 * @param epsilon of the norms
 * @param inner columns between the two products of an MLP
 * @param theta the base of the rotary positions
 */
record FamilyDefaults(
        String family,
        int vocabulary,
        int width,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        int context,
        double epsilon,
        boolean tied,
        int inner,
        double theta) {
    private static final Map<String, FamilyDefaults> ALL =
            ShippedCsv.rows(FamilyDefaults.class, "family_defaults.csv").stream()
                    .map(FamilyDefaults::of)
                    .collect(Collectors.toMap(FamilyDefaults::family, Function.identity()));

    /** @throws IllegalArgumentException if the table has no such family */
    static FamilyDefaults of(String family) {
        FamilyDefaults defaults = ALL.get(family);
        if (defaults == null) {
            throw new IllegalArgumentException("family_defaults.csv has no row for " + family);
        }
        return defaults;
    }

    private static FamilyDefaults of(CSVRecord row) {
        return new FamilyDefaults(
                row.get("model_type"),
                Integer.parseInt(row.get("vocab_size")),
                Integer.parseInt(row.get("hidden_size")),
                Integer.parseInt(row.get("num_hidden_layers")),
                Integer.parseInt(row.get("num_attention_heads")),
                orZero(row.get("num_key_value_heads")),
                orZero(row.get("head_dim")),
                Integer.parseInt(row.get("max_position_embeddings")),
                Double.parseDouble(row.get("rms_norm_eps")),
                Boolean.parseBoolean(row.get("tie_word_embeddings")),
                Integer.parseInt(row.get("intermediate_size")),
                Double.parseDouble(row.get("rope_theta")));
    }

    private static int orZero(String cell) {
        return cell.isEmpty() ? 0 : Integer.parseInt(cell);
    }
}
