package org.mfujmh.device.peaks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.ForeignCsv;

/** Reads peak tables: the built-in one, and those of users, which are fully validated. */
final class PeakCsv {
    /** The columns, in the order of the built-in table. A user's file needs the first one and a precision. */
    static final List<String> COLUMNS = List.of(
            "device",
            "names",
            "fp32",
            "tf32",
            "fp16",
            "bf16",
            "fp8",
            "memory_gib",
            "bandwidth_gbs",
            "boost_mhz",
            "source",
            "read_through",
            "cell_sources");

    private static final double MOST = 1e9;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,12}(\\.\\d{1,12})?");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}]+");

    /** The name of the file in messages and as a source. */
    private final String called;

    private final boolean own;

    private PeakCsv(String called, boolean own) {
        this.called = called;
        this.own = own;
    }

    static List<Peak> shipped() {
        PeakCsv table = new PeakCsv("peaks.csv", false);
        try (InputStream resource = PeakCsv.class.getResourceAsStream("peaks.csv")) {
            return table.peaks(ForeignCsv.read(resource, table.title(), true));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static List<Peak> own(Path file) {
        PeakCsv table = new PeakCsv(file.toString(), true);
        return table.peaks(ForeignCsv.read(file, table.title(), true));
    }

    private String title() {
        return "The peak table " + oneLine(called);
    }

    private List<Peak> peaks(ForeignCsv csv) {
        if (csv.head().isEmpty()) {
            throw new BadInput("The peak table %s has no rows.".formatted(called));
        }
        List<String> head = head(csv.head());
        return checked(csv.rows().stream().map(row -> peak(csv, head, row)).toList());
    }

    private List<String> head(List<String> head) {
        boolean precision = Stream.of(PeakPrecision.values()).anyMatch(p -> head.contains(p.label()));
        boolean good = COLUMNS.containsAll(head)
                && head.contains("device")
                && precision
                && head.stream().distinct().count() == head.size();
        if (!good) {
            throw new BadInput(
                    ("The peak table %s has the columns \"%s\", but needs device and at least one precision. Known "
                                    + "columns: %s.")
                            .formatted(called, oneLine(String.join(",", head)), String.join(", ", COLUMNS)));
        }
        return head;
    }

    private Peak peak(ForeignCsv csv, List<String> head, ForeignCsv.Row row) {
        long line = row.line();
        if (row.cells().size() != head.size()) {
            throw new BadInput("The peak table %s, line %d: %d cells for %d columns."
                    .formatted(called, line, row.cells().size(), head.size()));
        }
        Map<String, String> cells = new LinkedHashMap<>();
        COLUMNS.forEach(column -> cells.put(column, ""));
        head.forEach(column -> cells.put(column, row.cells().get(head.indexOf(column))));
        String device = oneLine(cells.get("device"));
        if (DeviceName.normalise(device).isEmpty()) {
            throw new BadInput("The peak table %s, line %d: the device is missing.".formatted(called, line));
        }
        Map<PeakPrecision, Double> tflops = new EnumMap<>(PeakPrecision.class);
        Set<PeakPrecision> none = EnumSet.noneOf(PeakPrecision.class);
        for (PeakPrecision precision : PeakPrecision.values()) {
            if (cells.get(precision.label()).equals("none")) {
                none.add(precision);
            } else {
                number(csv, cells, precision.label(), line).ifPresent(figure -> tflops.put(precision, figure));
            }
        }
        return new Peak(
                device,
                names(cells.get("names"), device),
                tflops,
                none,
                number(csv, cells, "memory_gib", line),
                number(csv, cells, "bandwidth_gbs", line),
                number(csv, cells, "boost_mhz", line),
                own ? "%s, line %d%s".formatted(called, line, inBrackets(cells.get("source"))) : cells.get("source"),
                oneLine(cells.get("read_through")),
                cellSources(cells.get("cell_sources"), line),
                own);
    }

    private static List<String> names(String cell, String device) {
        List<String> names = Stream.of(cell.split("\\|", -1))
                .map(String::strip)
                .filter(name -> !DeviceName.normalise(name).isEmpty())
                .toList();
        return names.isEmpty() ? List.of(device) : names;
    }

    private OptionalDouble number(ForeignCsv csv, Map<String, String> cells, String column, long line) {
        String cell = csv.number(cells.get(column));
        if (cell.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (NUMBER.matcher(cell).matches()) {
            double value = Double.parseDouble(cell);
            if (value > 0 && value <= MOST) {
                return OptionalDouble.of(value);
            }
        }
        throw new BadInput(
                ("The peak table %s, line %d: %s is \"%s\", but must be a number above 0 with a decimal " + "point%s.")
                        .formatted(
                                called,
                                line,
                                column,
                                oneLine(cell),
                                PeakPrecision.of(column).isPresent()
                                        ? ", or none if the hardware lacks it, or empty if unknown"
                                        : ""));
    }

    /** Parses {@code fp8: source; fp32: source}. */
    private Map<String, String> cellSources(String cell, long line) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String part : cell.isBlank() ? new String[0] : cell.split(";(?=\\s*[a-z0-9_]+:)", -1)) {
            String[] halves = part.strip().split(":\\s*", 2);
            if (halves.length < 2 || !COLUMNS.contains(halves[0])) {
                throw new BadInput(("The peak table %s, line %d: cell_sources is \"%s\", but must be like \"column: "
                                + "source\".")
                        .formatted(called, line, oneLine(part)));
            }
            sources.put(halves[0], oneLine(halves[1]));
        }
        return sources;
    }

    /** Rows with the same name must differ in memory, or they could not be resolved. */
    private List<Peak> checked(List<Peak> peaks) {
        if (peaks.isEmpty()) {
            throw new BadInput("The peak table %s has no rows.".formatted(called));
        }
        Map<String, List<Peak>> byName = new HashMap<>();
        for (Peak peak : peaks) {
            for (String name :
                    Set.copyOf(peak.names().stream().map(DeviceName::normalise).toList())) {
                List<Peak> before = byName.computeIfAbsent(name, any -> new ArrayList<>());
                before.stream().filter(peak::sharesMemorySizeWith).findFirst().ifPresent(other -> {
                    throw new BadInput(
                            ("The peak table %s has rows with the same name that memory_gib does not distinguish: %s "
                                            + "and %s.")
                                    .formatted(called, other.device(), peak.device()));
                });
                before.add(peak);
            }
        }
        return peaks;
    }

    private static String inBrackets(String source) {
        return source.isBlank() ? "" : " (" + oneLine(source) + ")";
    }

    private static String oneLine(String cell) {
        return CONTROL.matcher(cell).replaceAll(" ").strip();
    }
}
