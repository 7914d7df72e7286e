package org.mfujmh.flops.claims;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.model.GptConfig;

/**
 * Published claims, as data: {@code flops/claims/claims.csv}. A row has the figure, its source, and all that
 * it takes to work it out again; a new claim is a new row, no code.
 *
 * <p>Columns, empty where a quantity does not need them: {@code claim}, {@code quantity} (see {@link
 * ClaimedQuantity}), {@code model} (a name, or {@code layers x width x heads x vocabulary x context} without
 * blanks), {@code batch}, {@code seq}, {@code convention}, {@code against} (for a ratio), {@code
 * weights} (a number, or tied, untied, padded, without_bias: counted in place of the convention's),
 * {@code tokens_per_s} (of all devices) or {@code seconds} (for one batch), {@code devices}, {@code
 * peak_tflops}, {@code published}, {@code tolerance} (else half a unit of the last printed digit),
 * {@code verdict} (see {@link ClaimVerdict}; else holds); {@code right_convention}, {@code right_peak_tflops} and
 * {@code right}, the figure under those; {@code source}, {@code why}.
 */
public final class Claims {
    private static final String RESOURCE = "claims.csv";

    private Claims() {}

    /** Works out again every claim that is built in, in the order of the file. */
    public static List<ClaimResult> recompute() {
        try (InputStream stream = Claims.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from this build.");
            }
            return recompute(new InputStreamReader(stream, StandardCharsets.UTF_8), RESOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Works out again the claims of a file of this format.
     *
     * @param name how messages call the file
     * @throws BadInput where a row cannot be read, naming its line
     */
    public static List<ClaimResult> recompute(Reader csv, String name) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreEmptyLines(true)
                .get();
        List<ClaimResult> results = new ArrayList<>();
        for (CSVRecord row : format.parse(csv)) {
            try {
                results.add(claim(row).recompute());
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new BadInput(
                        name + ", claim " + row.getRecordNumber() + " (" + row.get(0) + "): " + e.getMessage(), e);
            }
        }
        return results;
    }

    private static Claim claim(CSVRecord row) {
        ClaimedQuantity quantity = ClaimedQuantity.of(row.get("quantity"));
        quantity.needs().forEach(column -> requirePresent(row, column));
        GptConfig model = read(row, "model", Claims::model);
        ClaimedQuantity.Assumptions assumptions = new ClaimedQuantity.Assumptions(
                read(row, "convention", Convention::of),
                read(row, "weights", text -> weights(text, model)),
                read(row, "peak_tflops", BigDecimal::new));
        PrintedFigure published = PrintedFigure.parse(row.get("published"));
        BigDecimal tolerance = read(row, "tolerance", BigDecimal::new);
        return new Claim(
                row.get("claim"),
                quantity,
                model,
                or(read(row, "batch", Integer::valueOf), 1),
                or(read(row, "seq", Integer::valueOf), 1),
                assumptions,
                read(row, "against", Convention::of),
                read(row, "tokens_per_s", BigDecimal::new),
                read(row, "seconds", BigDecimal::new),
                or(read(row, "devices", Integer::valueOf), 1),
                published,
                tolerance == null ? published.halfUnit() : tolerance,
                or(read(row, "verdict", ClaimVerdict::of), ClaimVerdict.HOLDS),
                right(row, assumptions),
                read(row, "right", PrintedFigure::parse),
                row.get("source"),
                row.get("why"));
    }

    /** What is not said to be otherwise is as published; under another convention the weights are that one's own. */
    private static ClaimedQuantity.Assumptions right(CSVRecord row, ClaimedQuantity.Assumptions published) {
        Convention convention = read(row, "right_convention", Convention::of);
        BigDecimal peak = read(row, "right_peak_tflops", BigDecimal::new);
        return new ClaimedQuantity.Assumptions(
                convention == null ? published.convention() : convention,
                convention == null ? published.weights() : null,
                peak == null ? published.peakTflops() : peak);
    }

    private static GptConfig model(String text) {
        String[] sizes = text.split("x", -1);
        if (sizes.length != 5 || text.startsWith("gpt")) {
            return GptConfig.named(text);
        }
        return new GptConfig(
                text,
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(sizes[2]),
                Integer.parseInt(sizes[3]),
                Integer.parseInt(sizes[4]));
    }

    private static BigInteger weights(String text, GptConfig model) {
        if (text.matches("[0-9]+")) {
            return new BigInteger(text);
        }
        if (model == null) {
            throw new BadInput("Weights \"" + text + "\" are those of a model: name it in column model.");
        }
        ParameterCount count = ParameterCount.of(model);
        return switch (text) {
            case "tied" -> count.tied();
            case "untied" -> count.untied();
            case "padded" -> ParameterCount.padded(model).tied();
            case "without_bias" -> count.withoutBias();
            default ->
                throw DidYouMean.noSuch("count of weights", text, List.of("tied", "untied", "padded", "without_bias"));
        };
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static <T> T read(CSVRecord row, String column, Function<String, T> parse) {
        String text = row.get(column);
        try {
            return text.isEmpty() ? null : parse.apply(text);
        } catch (NumberFormatException e) {
            throw new BadInput("\"" + text + "\" in column " + column + " is no number.", e);
        }
    }

    private static void requirePresent(CSVRecord row, String column) {
        boolean present = !row.get(column).isEmpty()
                || (column.equals("tokens_per_s") && !row.get("seconds").isEmpty());
        if (!present) {
            throw new BadInput("A claim about " + row.get("quantity") + " needs column " + column + ".");
        }
    }
}
