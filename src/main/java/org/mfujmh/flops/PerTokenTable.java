package org.mfujmh.flops;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Pass;

/**
 * FLOPs per token of the known models, precomputed: {@code flops/per_token.csv}. The profiler uses
 * this table alone, so that what a score is multiplied by can be read, and checked, in a file.
 *
 * <p>A row is a model and a convention, and two lines a + b T: {@code forward_a}, {@code forward_b}
 * for a forward pass, {@code total_a}, {@code total_b} for forward and backward. {@link #generate()}
 * writes it; {@code ./mfu flops --per-token-csv} is the command.
 */
public final class PerTokenTable {
    private static final String RESOURCE = "per_token.csv";
    private static final String HEAD = "model,convention,forward_a,forward_b,total_a,total_b";

    private final Map<Key, Line> lines;

    private record Key(String model, Convention convention, Pass pass) {}

    private record Line(long constant, long perPosition) {
        long at(int tokens) {
            return Math.addExact(constant, Math.multiplyExact(perPosition, (long) tokens));
        }
    }

    private PerTokenTable(Map<Key, Line> lines) {
        this.lines = Map.copyOf(lines);
    }

    /** Reads the table that was built in. */
    public static PerTokenTable load() {
        try (InputStream stream = PerTokenTable.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from this build.");
            }
            return read(new InputStreamReader(stream, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PerTokenTable read(Reader csv) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        Map<Key, Line> lines = new HashMap<>();
        for (CSVRecord row : format.parse(csv)) {
            Convention convention = Convention.of(row.get("convention"));
            lines.put(new Key(row.get("model"), convention, Pass.FORWARD), line(row, "forward"));
            lines.put(new Key(row.get("model"), convention, Pass.FORWARD_BACKWARD), line(row, "total"));
        }
        return new PerTokenTable(lines);
    }

    private static Line line(CSVRecord row, String pass) {
        return new Line(Long.parseLong(row.get(pass + "_a")), Long.parseLong(row.get(pass + "_b")));
    }

    /** Whether the table has this model. */
    public boolean knows(String model) {
        return models().contains(model);
    }

    /**
     * FLOPs per token of one pass over sequences of this many tokens.
     *
     * @throws org.mfujmh.BadInput where the table does not have the model
     * @throws ArithmeticException where the count passes 2^63
     */
    public long perToken(String model, Convention convention, Pass pass, int tokens) {
        Line line = lines.get(new Key(model, convention, pass));
        if (line == null) {
            throw DidYouMean.noSuch("model", model, List.copyOf(models()));
        }
        return line.at(tokens);
    }

    private Set<String> models() {
        Set<String> models = new TreeSet<>();
        lines.keySet().forEach(key -> models.add(key.model()));
        return models;
    }

    /** The table as a file, from the closed forms: every known model under every convention. */
    public static String generate() {
        StringBuilder csv = new StringBuilder(HEAD).append('\n');
        for (GptConfig config : GptConfig.all()) {
            Arrays.stream(Convention.values())
                    .map(convention -> row(config, convention))
                    .forEach(csv::append);
        }
        return csv.toString();
    }

    private static String row(GptConfig config, Convention convention) {
        TokenFlops forward = TokenFlops.of(config, convention, Pass.FORWARD);
        TokenFlops total = TokenFlops.of(config, convention, Pass.FORWARD_BACKWARD);
        return "%s,%s,%d,%d,%d,%d\n"
                .formatted(
                        config.name(),
                        convention.label(),
                        forward.constant(),
                        forward.perPosition(),
                        total.constant(),
                        total.perPosition());
    }
}
