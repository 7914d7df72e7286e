package org.mfujmh.flops.claims;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.ForeignCsv;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.ParameterCount;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.hub.Models;

/**
 * Published claims, as data: {@code flops/claims/claims.csv}. A row has the figure, its source, and everything needed
 * to recompute it; a new claim is a new row, no code.
 *
 * <p>Columns, in any order, left out or empty if a quantity does not need them: {@code claim}, {@code quantity} (see
 * {@link ClaimedQuantity}), {@code model} (a name, or {@code layers x width x heads x vocabulary x context} without
 * blanks), {@code batch}, {@code seq}, {@code convention}, {@code against} (for a ratio), {@code weights} (a number, or
 * tied, untied, padded, without_bias: counted in place of the convention's), {@code tokens_per_s} (of all devices) or
 * {@code seconds} (for one batch), {@code devices}, {@code peak_tflops}, {@code published}, {@code tolerance} (else
 * half a unit of the last printed digit), {@code verdict} (see {@link ClaimVerdict}; else holds); {@code
 * right_convention}, {@code right_peak_tflops} and {@code right}, the figure under those; {@code source}, {@code why}.
 */
public final class Claims {
    private static final String RESOURCE = "claims.csv";

    private static final List<String> COLUMNS = List.of(
            "claim",
            "quantity",
            "model",
            "batch",
            "seq",
            "convention",
            "against",
            "weights",
            "tokens_per_s",
            "seconds",
            "devices",
            "peak_tflops",
            "published",
            "tolerance",
            "verdict",
            "right_convention",
            "right_peak_tflops",
            "right",
            "source",
            "why");

    private Claims() {}

    /** Works out again every claim that is built in, in the order of the file. */
    public static List<ClaimResult> recompute() {
        try (InputStream stream = Claims.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from this build.");
            }
            return recompute(ForeignCsv.read(stream, RESOURCE, false), RESOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Recomputes the claims of a user's file.
     *
     * @throws BadInput if it cannot be read, has no claims, or has an invalid row, which the message names
     */
    public static List<ClaimResult> recompute(Path file) {
        return recompute(ForeignCsv.read(file, "The file of claims " + file, false), file.toString());
    }

    /** @param name how messages call the file */
    static List<ClaimResult> recompute(ForeignCsv csv, String name) {
        requireColumns(csv, name);
        if (csv.rows().isEmpty()) {
            throw new BadInput(name
                    + " has no claims. Each row below the header is one; docs/reference/conventions.md"
                    + " has the columns.");
        }
        List<ClaimResult> results = new ArrayList<>();
        for (ForeignCsv.Row line : csv.rows()) {
            ClaimRow row = new ClaimRow(csv, line);
            int number = results.size() + 1;
            try {
                results.add(claim(row, "claim " + number).recompute());
            } catch (IllegalArgumentException | ArithmeticException e) {
                String title = row.get("claim").replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
                String which = number + (title.isBlank() ? "" : " (" + title + ")");
                throw new BadInput(name + ", claim " + which + ": " + e.getMessage(), e);
            }
        }
        return results;
    }

    private static void requireColumns(ForeignCsv csv, String name) {
        for (String needed : List.of("quantity", "published")) {
            if (!csv.head().contains(needed)) {
                throw new BadInput(
                        name + " has no column " + needed
                                + ". Its first row must name the columns: quantity, published, and those that the quantities need, in any order (docs/reference/conventions.md).");
            }
        }
        for (String column : csv.head()) {
            if (!COLUMNS.contains(column)) {
                throw new BadInput(name + ": "
                        + DidYouMean.noSuch("column of claims", column, COLUMNS).getMessage());
            }
        }
        if (csv.head().stream().distinct().count() < csv.head().size()) {
            throw new BadInput(name + " has two columns with the same name.");
        }
    }

    private static Claim claim(ClaimRow row, String unnamed) {
        ClaimedQuantity quantity = ClaimedQuantity.of(row.get("quantity"));
        quantity.needs().forEach(column -> requirePresent(row, column));
        requireBatchOfSeconds(row, quantity);
        Architecture model = read(row, "model", Claims::model);
        ClaimedQuantity.Assumptions assumptions = new ClaimedQuantity.Assumptions(
                read(row, "convention", Convention::of),
                read(row, "weights", text -> weights(text, model)),
                read(row, "peak_tflops", Claims::number));
        PrintedFigure published = PrintedFigure.parse(row.number("published"));
        BigDecimal tolerance = read(row, "tolerance", Claims::number);
        int batch = or(read(row, "batch", Integer::valueOf), 1);
        int tokens = or(read(row, "seq", Integer::valueOf), 1);
        int devices = or(read(row, "devices", Integer::valueOf), 1);
        requireWorkload(model, batch, tokens, devices);
        return new Claim(
                row.get("claim").isBlank() ? unnamed : row.get("claim"),
                quantity,
                model,
                batch,
                tokens,
                assumptions,
                read(row, "against", Convention::of),
                read(row, "tokens_per_s", Claims::number),
                read(row, "seconds", Claims::number),
                devices,
                published,
                tolerance == null ? published.halfUnit() : tolerance,
                or(read(row, "verdict", ClaimVerdict::of), ClaimVerdict.HOLDS),
                right(row, assumptions),
                read(row, "right", PrintedFigure::parse),
                row.get("source"),
                row.get("why"));
    }

    /** Everything that is not corrected stays as published; another convention brings its own weights. */
    private static ClaimedQuantity.Assumptions right(ClaimRow row, ClaimedQuantity.Assumptions published) {
        Convention convention = read(row, "right_convention", Convention::of);
        BigDecimal peak = read(row, "right_peak_tflops", Claims::number);
        return new ClaimedQuantity.Assumptions(
                convention == null ? published.convention() : convention,
                convention == null ? published.weights() : null,
                peak == null ? published.peakTflops() : peak);
    }

    private static Architecture model(String text) {
        String[] sizes = text.split("x", -1);
        if (sizes.length != 5 || text.startsWith("gpt")) {
            return Models.named(text);
        }
        return Gpt2.of(
                text,
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(sizes[2]),
                Integer.parseInt(sizes[3]),
                Integer.parseInt(sizes[4]));
    }

    private static BigInteger weights(String text, Architecture model) {
        if (text.matches("[0-9]{1,40}")) {
            return new BigInteger(text);
        }
        if (model == null) {
            throw new BadInput("Weights \"" + text + "\" need a model: name it in the column model.");
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

    /** The same bounds as for a workload that `flops` counts. */
    private static void requireWorkload(Architecture model, int batch, int tokens, int devices) {
        if (model != null) {
            new Workload(model, batch, tokens);
        }
        if (batch < 1 || tokens < 1 || devices < 1) {
            throw new BadInput(
                    "batch, seq and devices are %d, %d and %d; each is at least 1.".formatted(batch, tokens, devices));
        }
    }

    /** A figure above 0: rates, times and peaks are. */
    private static BigDecimal number(String text) {
        BigDecimal number = PrintedFigure.bounded(text);
        if (number.signum() <= 0) {
            throw new BadInput("\"" + text + "\" is not a number above 0.");
        }
        return number;
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static <T> T read(ClaimRow row, String column, Function<String, T> parse) {
        String text = row.number(column);
        try {
            return text.isEmpty() ? null : parse.apply(text);
        } catch (NumberFormatException e) {
            throw new BadInput("\"" + text + "\" in column " + column + " is not a number.", e);
        }
    }

    private static void requirePresent(ClaimRow row, String column) {
        boolean present = !row.get(column).isEmpty()
                || (column.equals("tokens_per_s") && !row.get("seconds").isEmpty());
        if (!present) {
            throw new BadInput("A claim about " + row.get("quantity") + " needs column " + column + ".");
        }
    }

    /** Seconds are those of one batch, whose tokens make a rate of them. */
    private static void requireBatchOfSeconds(ClaimRow row, ClaimedQuantity quantity) {
        boolean rateOfSeconds = quantity.needs().contains("tokens_per_s")
                && row.get("tokens_per_s").isEmpty();
        if (rateOfSeconds && row.get("batch").isEmpty()) {
            throw new BadInput("Its seconds are those of one batch: say in column batch how many sequences that has"
                    + " (1 if it is one), or give tokens_per_s instead.");
        }
    }

    /** A row by the names of its columns; empty if there is no such column. */
    private record ClaimRow(ForeignCsv csv, ForeignCsv.Row row) {
        ClaimRow {
            if (row.cells().size() > csv.head().size()) {
                throw new BadInput("Line %d has %d cells under %d columns."
                        .formatted(row.line(), row.cells().size(), csv.head().size()));
            }
        }

        String get(String column) {
            int index = csv.head().indexOf(column);
            return index < 0 ? "" : row.cells().get(index);
        }

        String number(String column) {
            return csv.number(get(column));
        }
    }
}
