package org.mfujmh;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file from outside, as spreadsheets save them: possibly with a byte order mark or in UTF-16, with cells
 * separated by commas, semicolons (where the comma is the decimal separator) or tabs.
 *
 * @param head the names of the columns, in the file's order
 * @param rows the rows below it, each with as many cells as the head
 * @param delimiter what separates the cells
 */
public record ForeignCsv(List<String> head, List<Row> rows, char delimiter) {
    private static final int MOST_BYTES = 1 << 20;

    /** The first line in which Excel and others name the separator. */
    private static final Pattern SEPARATOR = Pattern.compile("(?i)\"?sep=([,;\t])\"?(\\R|$)");

    /** Spaces within a number in French and Swiss files, and before its per cent sign. */
    private static final Pattern NO_BREAK = Pattern.compile("(?<=\\d)[\\u00A0\\u2009\\u202F](?=[\\d%])");

    private static final Pattern GROUPED = Pattern.compile("\\d{1,3}(\\.\\d{3})+,\\d");

    /**
     * A row.
     *
     * @param line the line of the file on which the row ends, from 1
     */
    public record Row(long line, List<String> cells) {}

    /** Reads a file. @throws BadInput if it cannot be read or is not CSV */
    public static ForeignCsv read(Path file, String called, boolean comments) {
        try {
            if (Files.isDirectory(file)) {
                throw new BadInput(called + " cannot be read: it is a folder.");
            }
            try (InputStream stream = Files.newInputStream(file)) {
                return read(stream, called, comments);
            }
        } catch (NoSuchFileException e) {
            throw new BadInput(called + " does not exist.", e);
        } catch (IOException e) {
            throw new BadInput(called + " cannot be read: " + WholeFile.why(e) + ".", e);
        }
    }

    /**
     * Reads a stream to its end.
     *
     * @param called the beginning of messages, such as {@code The peak table mine.csv}
     * @param comments whether lines that begin with # are skipped
     * @throws BadInput if it is not CSV, or larger than 1 MiB
     */
    public static ForeignCsv read(InputStream stream, String called, boolean comments) throws IOException {
        byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new BadInput(called + " is larger than 1 MiB, so it is not the small CSV file that is expected.");
        }
        PackedFile.refuse(called, bytes);
        return parse(text(bytes, called), called, comments);
    }

    /** Parses a text in the same way. */
    public static ForeignCsv parse(String given, String called, boolean comments) {
        String marked = given.startsWith("\uFEFF") ? given.substring(1) : given;
        Matcher separator = SEPARATOR.matcher(marked);
        boolean named = separator.lookingAt();
        String text = named ? marked.substring(separator.end()) : marked;
        char delimiter = named ? separator.group(1).charAt(0) : delimiter(text, comments);
        int skipped = named ? 1 : 0;
        CSVFormat.Builder format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(true)
                .setIgnoreSurroundingSpaces(true);
        if (comments) {
            format.setCommentMarker('#');
        }
        List<String> head = List.of();
        List<Row> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format.get())) {
            for (CSVRecord record : parser) {
                List<String> cells = record.stream().toList();
                if (head.isEmpty()) {
                    head = withoutEmptyEnd(cells).stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .toList();
                } else if (cells.stream().anyMatch(cell -> !cell.isBlank())) {
                    rows.add(new Row(skipped + parser.getCurrentLineNumber(), padded(cells, head.size())));
                }
            }
        } catch (IOException | UncheckedIOException | IllegalStateException | IllegalArgumentException malformed) {
            throw new BadInput(
                    called + " is not valid CSV: " + plain(String.valueOf(malformed.getMessage())), malformed);
        }
        return new ForeignCsv(head, List.copyOf(rows), delimiter);
    }

    /**
     * A number's text with a decimal point and without the no-break spaces that group its digits. In a file not
     * separated by commas, a decimal comma is replaced, and the points that then group digits are dropped.
     */
    public String number(String cell) {
        String text = NO_BREAK.matcher(cell).replaceAll("");
        if (delimiter == ',' || !text.matches("[^,]*\\d,\\d[^,]*")) {
            return text;
        }
        return (GROUPED.matcher(text).lookingAt() ? text.replace(".", "") : text).replace(',', '.');
    }

    /** Spreadsheets end every row with cells for columns that were once in use. */
    private static List<String> withoutEmptyEnd(List<String> cells) {
        int used = IntStream.range(0, cells.size())
                .filter(i -> !cells.get(i).isBlank())
                .map(i -> i + 1)
                .max()
                .orElse(0);
        return List.copyOf(cells.subList(0, used));
    }

    private static List<String> padded(List<String> cells, int columns) {
        List<String> row = new ArrayList<>(cells.size() > columns ? withoutEmptyEnd(cells) : cells);
        while (row.size() < columns) {
            row.add("");
        }
        return List.copyOf(row);
    }

    /** The most frequent separator in the first line. */
    private static char delimiter(String text, boolean comments) {
        String first = text.lines()
                .filter(line -> !line.isBlank() && !(comments && line.strip().startsWith("#")))
                .findFirst()
                .orElse("");
        long commas = first.chars().filter(c -> c == ',').count();
        long semicolons = first.chars().filter(c -> c == ';').count();
        long tabs = first.chars().filter(c -> c == '\t').count();
        if (semicolons > commas && semicolons >= tabs) {
            return ';';
        }
        return tabs > commas ? '\t' : ',';
    }

    private static String text(byte[] bytes, String called) {
        boolean little = startsWith(bytes, 0xFF, 0xFE);
        Charset charset = little || startsWith(bytes, 0xFE, 0xFF) ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new BadInput(called + " is not UTF-8 text. Save it as such; Excel calls that CSV UTF-8.", e);
        }
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length > 1 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    private static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
    }
}
