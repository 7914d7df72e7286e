package org.mfujmh.verify;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mfujmh.flops.claims.ClaimResult;
import org.mfujmh.flops.claims.Claims;
import org.mfujmh.flops.claims.PrintedFigure;
import org.mfujmh.report.text.Table;

/**
 * Published claims, recomputed.
 *
 * @param file the user's own claims; null for the built-in ones
 */
public record ClaimChecks(Path file) implements CheckGroup {

    @Override
    public CheckedGroup run() {
        List<ClaimResult> results = file == null ? Claims.recompute() : Claims.recompute(file);
        List<Check> checks = results.stream().map(ClaimChecks::check).toList();
        return new CheckedGroup("Published claims, recomputed", checks, table(results), remarks(results));
    }

    /**
     * One check per claim: the figure recomputed from its own inputs or, if it is refuted, the correct figure, if
     * recorded. A correct figure that differs from the recorded one fails the claim and is shown.
     */
    private static Check check(ClaimResult result) {
        boolean byRight = result.right().isPresent()
                && (!result.reproduced() || (result.verdictAsRecorded() && !result.rightAsRecorded()));
        boolean ok = result.verdictAsRecorded() && result.rightAsRecorded();
        if (byRight) {
            PrintedFigure right = result.right().get();
            return new Check(
                    result.name() + (result.reproduced() ? ": with our defaults" : ": does not hold, should be"),
                    right.value(),
                    rounded(result.rightRecomputed().orElseThrow(), right),
                    right.halfUnit(),
                    ok,
                    result.source());
        }
        return new Check(
                result.name() + (result.reproduced() ? "" : ": does not hold"),
                result.published().value(),
                rounded(result.recomputed(), result.published()),
                result.tolerance(),
                ok,
                result.source());
    }

    /** A count in full; for other numbers, two digits more than were printed. */
    private static BigDecimal rounded(BigDecimal computed, PrintedFigure printed) {
        return computed.scale() <= 0
                ? computed
                : computed.round(new MathContext(printed.value().precision() + 2));
    }

    private static Table table(List<ClaimResult> results) {
        return new Table(
                List.of(
                        text("claim"),
                        number("published"),
                        number("recomputed"),
                        text("verdict"),
                        number("with our defaults"),
                        number("off by"),
                        text("as recorded")),
                results.stream().map(ClaimChecks::row).toList());
    }

    private static List<String> row(ClaimResult result) {
        return List.of(
                result.name(),
                result.published().text(),
                shown(result.recomputed(), result.published()),
                result.verdict().words(),
                result.right().map(PrintedFigure::text).orElse(""),
                String.format(Locale.ROOT, "x %.4g", result.offBy()),
                result.verdictAsRecorded() && result.rightAsRecorded() ? "ok" : "NOT OK");
    }

    /** A computed figure in the format of the printed one: in per cent, with a power of ten, or in full. */
    private static String shown(BigDecimal computed, PrintedFigure printed) {
        if (printed.percent()) {
            return rounded(computed, printed).scaleByPowerOfTen(2).toPlainString() + "%";
        }
        if (printed.text().contains("e")) {
            String digits = "%." + (printed.value().precision() + 1) + "e";
            return String.format(Locale.ROOT, digits, computed).replaceAll("e\\+?0*", "e");
        }
        return rounded(computed, printed).toPlainString();
    }

    private static List<String> remarks(List<ClaimResult> results) {
        List<String> remarks = new ArrayList<>();
        remarks.add(results.size() + (results.size() == 1 ? " claim: " : " claims: ")
                + results.stream()
                        .collect(Collectors.groupingBy(ClaimResult::verdict, TreeMap::new, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(entry ->
                                entry.getValue() + " x \"" + entry.getKey().words() + "\"")
                        .collect(Collectors.joining(", "))
                + ". \"ok\" means that the recomputation confirms or refutes the figure as recorded; \"with our "
                + "defaults\" is the same measurement with convention exact and the datasheet's dense "
                + "tensor-core peak.");
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (ClaimResult result : results) {
            String why = result.why().strip().replaceAll("\\.$", "");
            byReason.computeIfAbsent(
                            result.verdict().words() + (why.isEmpty() ? "" : ": " + why), reason -> new ArrayList<>())
                    .add(result.name());
        }
        byReason.forEach((reason, names) -> remarks.add(sentence(names, reason)));
        return remarks;
    }

    private static String sentence(List<String> names, String reason) {
        String which = names.size() == 1 ? names.get(0) : names.get(0) + " (and " + (names.size() - 1) + " more)";
        return which + " - " + reason + ".";
    }
}
