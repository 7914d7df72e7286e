package org.mfujmh.device.peaks;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.BadInput;

/** Reads peak tables: ours, and those that users write, of which nothing is taken for granted. */
final class PeakCsv {
    /** The columns, in the order of the table shipped. A user's file needs the first and a precision. */
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

    private static final int MOST_BYTES = 1 << 20;
    private static final double MOST = 1e9;

    /** What the file is called in messages and as a source. */
    private final String called;

    private final boolean own;

    private PeakCsv(String called, boolean own) {
        this.called = called;
        this.own = own;
    }

    static List<Peak> shipped() {
        try (InputStream resource = PeakCsv.class.getResourceAsStream("peaks.csv")) {
            return new PeakCsv("peaks.csv", false).read(resource);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static List<Peak> own(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new BadInput("The peak table %s %s."
                    .formatted(file, Files.exists(file) ? "is not a file that can be read" : "does not exist"));
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return new PeakCsv(file.toString(), true).read(stream);
        } catch (IOException e) {
            throw new BadInput("The peak table %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private List<Peak> read(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new BadInput("The peak table %s is larger than 1 MiB: it is something else.".formatted(called));
        }
        List<Peak> peaks = new ArrayList<>();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setCommentMarker('#')
                .setIgnoreEmptyLines(true)
                .setIgnoreSurroundingSpaces(true)
                .get();
        try (CSVParser parser = CSVParser.parse(new StringReader(text(bytes)), format)) {
            List<String> head = List.of();
            for (CSVRecord record : parser) {
                if (head.isEmpty()) {
                    head = head(record);
                } else {
                    peaks.add(peak(head, record, parser.getCurrentLineNumber()));
                }
            }
        } catch (UncheckedIOException | IllegalStateException malformed) {
            throw new BadInput("The peak table %s is no CSV: %s".formatted(called, malformed.getMessage()), malformed);
        }
        return checked(peaks);
    }

    private String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text; // Excel's mark
        } catch (CharacterCodingException e) {
            throw new BadInput("The peak table %s is not text in UTF-8.".formatted(called), e);
        }
    }

    private List<String> head(CSVRecord record) {
        List<String> head = record.stream().toList();
        boolean precision = Stream.of(PeakPrecision.values()).anyMatch(p -> head.contains(p.label()));
        boolean good = COLUMNS.containsAll(head)
                && head.contains("device")
                && precision
                && head.stream().distinct().count() == head.size();
        if (!good) {
            throw new BadInput(
                    "The peak table %s begins with the columns \"%s\"; it needs device and a precision, of %s."
                            .formatted(called, oneLine(String.join(",", head)), String.join(", ", COLUMNS)));
        }
        return head;
    }

    private Peak peak(List<String> head, CSVRecord record, long line) {
        if (record.size() != head.size()) {
            throw new BadInput("The peak table %s, line %d: %d cells under %d columns."
                    .formatted(called, line, record.size(), head.size()));
        }
        Map<String, String> cells = new LinkedHashMap<>();
        COLUMNS.forEach(column -> cells.put(column, ""));
        head.forEach(column -> cells.put(column, record.get(head.indexOf(column))));
        String device = oneLine(cells.get("device"));
        if (DeviceName.normalise(device).isEmpty()) {
            throw new BadInput("The peak table %s, line %d: no device.".formatted(called, line));
        }
        Map<PeakPrecision, Double> tflops = new EnumMap<>(PeakPrecision.class);
        Set<PeakPrecision> none = EnumSet.noneOf(PeakPrecision.class);
        for (PeakPrecision precision : PeakPrecision.values()) {
            if (cells.get(precision.label()).equals("none")) {
                none.add(precision);
            } else {
                number(cells, precision.label(), line).ifPresent(figure -> tflops.put(precision, figure));
            }
        }
        return new Peak(
                device,
                names(cells.get("names"), device),
                tflops,
                none,
                number(cells, "memory_gib", line),
                number(cells, "bandwidth_gbs", line),
                number(cells, "boost_mhz", line),
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

    private OptionalDouble number(Map<String, String> cells, String column, long line) {
        String cell = cells.get(column);
        if (cell.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (cell.matches("\\d{1,12}(\\.\\d{1,12})?")) {
            double value = Double.parseDouble(cell);
            if (value > 0 && value <= MOST) {
                return OptionalDouble.of(value);
            }
        }
        throw new BadInput("The peak table %s, line %d: %s is \"%s\"; a number above 0 with a decimal point is meant%s."
                .formatted(
                        called,
                        line,
                        column,
                        oneLine(cell),
                        PeakPrecision.of(column).isPresent()
                                ? ", or none where the hardware lacks it, or nothing where it is not known"
                                : ""));
    }

    /** {@code fp8: where from; fp32: where from}. */
    private Map<String, String> cellSources(String cell, long line) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String part : cell.isBlank() ? new String[0] : cell.split(";(?=\\s*[a-z0-9_]+:)", -1)) {
            String[] halves = part.strip().split(":\\s*", 2);
            if (halves.length < 2 || !COLUMNS.contains(halves[0])) {
                throw new BadInput("The peak table %s, line %d: cell_sources is \"%s\"; \"column: source\" is meant."
                        .formatted(called, line, oneLine(part)));
            }
            sources.put(halves[0], oneLine(halves[1]));
        }
        return sources;
    }

    /** A name of two rows must be told apart by memory, or it could never be resolved. */
    private List<Peak> checked(List<Peak> peaks) {
        if (peaks.isEmpty()) {
            throw new BadInput("The peak table %s has no rows.".formatted(called));
        }
        for (int i = 0; i < peaks.size(); i++) {
            for (Peak other : peaks.subList(i + 1, peaks.size())) {
                Peak one = peaks.get(i);
                boolean shared =
                        other.names().stream().map(DeviceName::normalise).anyMatch(one::isNamed);
                if (shared && one.sharesMemorySizeWith(other)) {
                    throw new BadInput(
                            "The peak table %s has rows of one name that memory_gib does not tell apart: %s and %s."
                                    .formatted(called, one.device(), other.device()));
                }
            }
        }
        return peaks;
    }

    private static String inBrackets(String source) {
        return source.isBlank() ? "" : " (" + oneLine(source) + ")";
    }

    private static String oneLine(String cell) {
        return cell.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
    }
}
