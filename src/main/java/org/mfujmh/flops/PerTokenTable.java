package org.mfujmh.flops;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

/**
 * Precomputed FLOPs per token of the known models: {@code flops/per_token.csv}. The profiler uses only this table, so
 * that the factor of every score can be read and checked in a file.
 *
 * <p>A row is a model and a convention, and two lines a + b T: {@code forward_a}, {@code forward_b}
 * for a forward pass, {@code total_a}, {@code total_b} for forward and backward. A convention that honours windows has
 * a row more for the layers of each {@code window} w: b times the keys that a token of them sees, which are min(T, w)
 * by {@code torchtitan}, and by {@code causal_exact} the mean over the sequence, (w (w + 1) / 2 + (T - w) w) / T.
 * {@link #generate()} writes it; {@code ./mfu flops --per-token-csv} is the command.
 */
public final class PerTokenTable {
    private static final String RESOURCE = "per_token.csv";
    private static final String HEAD = "model,convention,window,forward_a,forward_b,total_a,total_b";

    private final Map<Key, List<Line>> lines;

    private record Key(String model, Convention convention, Pass pass) {}

    private record Line(int window, long constant, long perPosition) {
        BigInteger sequence(Convention convention, int tokens) {
            BigInteger all = BigInteger.valueOf(tokens);
            BigInteger attention = BigInteger.valueOf(perPosition)
                    .multiply(
                            window == 0
                                    ? all.multiply(all)
                                    : convention
                                            .attention()
                                            .twiceThePairs(tokens, window)
                                            .shiftRight(1));
            return BigInteger.valueOf(constant).multiply(all).add(attention);
        }
    }

    private PerTokenTable(Map<Key, List<Line>> lines) {
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
        Map<Key, List<Line>> lines = new HashMap<>();
        for (CSVRecord row : format.parse(csv)) {
            Convention convention = Convention.of(row.get("convention"));
            for (Pass pass : List.of(Pass.FORWARD, Pass.FORWARD_BACKWARD)) {
                lines.computeIfAbsent(new Key(row.get("model"), convention, pass), key -> new ArrayList<>())
                        .add(line(row, !pass.computesGradients() ? "forward" : "total"));
            }
        }
        return new PerTokenTable(lines);
    }

    private static Line line(CSVRecord row, String pass) {
        String window = row.get("window");
        return new Line(
                window.isEmpty() ? 0 : Integer.parseInt(window),
                Long.parseLong(row.get(pass + "_a")),
                Long.parseLong(row.get(pass + "_b")));
    }

    /** Whether the table has this model. */
    public boolean knows(String model) {
        return models().contains(model);
    }

    /**
     * FLOPs of one pass over a sequence of this many tokens, exact.
     *
     * @throws org.mfujmh.BadInput if the table does not have the model
     */
    public BigInteger sequence(String model, Convention convention, Pass pass, int tokens) {
        List<Line> all = lines.get(new Key(model, convention, pass));
        if (all == null) {
            throw DidYouMean.noSuch("model", model, List.copyOf(models()));
        }
        return all.stream().map(line -> line.sequence(convention, tokens)).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The same, shared by the tokens. */
    public double perToken(String model, Convention convention, Pass pass, int tokens) {
        return sequence(model, convention, pass, tokens).doubleValue() / tokens;
    }

    private Set<String> models() {
        Set<String> models = new TreeSet<>();
        lines.keySet().forEach(key -> models.add(key.model()));
        return models;
    }

    /** The table as a file, from the closed forms: every known model under every convention. */
    public static String generate() {
        StringBuilder csv = new StringBuilder(HEAD).append('\n');
        for (Architecture config : Models.shipped()) {
            Arrays.stream(Convention.values())
                    .map(convention -> row(config, convention))
                    .forEach(csv::append);
        }
        return csv.toString();
    }

    private static String row(Architecture config, Convention convention) {
        TokenFlops forward = TokenFlops.of(config, convention, Pass.FORWARD);
        TokenFlops total = TokenFlops.of(config, convention, Pass.FORWARD_BACKWARD);
        StringBuilder rows = new StringBuilder(line(
                config,
                convention,
                "",
                forward.constant().add(diagonal(forward)),
                unwindowed(forward),
                total.constant().add(diagonal(total)),
                unwindowed(total)));
        for (int i = 0; i < forward.attention().size(); i++) {
            TokenFlops.Pairs pairs = forward.attention().get(i);
            if (narrows(pairs)) {
                rows.append(line(
                        config,
                        convention,
                        String.valueOf(pairs.window()),
                        BigInteger.ZERO,
                        pairs.perPair(),
                        BigInteger.ZERO,
                        total.attention().get(i).perPair()));
            }
        }
        return rows.toString();
    }

    private static String line(Architecture config, Convention convention, String window, BigInteger... numbers) {
        return config.name() + "," + convention.label() + "," + window + ","
                + Arrays.stream(numbers).map(BigInteger::toString).collect(Collectors.joining(","))
                + "\n";
    }

    private static boolean narrows(TokenFlops.Pairs pairs) {
        return pairs.window() > 0
                && (pairs.counted() == Convention.CountedPairs.TRIANGLE
                        || pairs.counted() == Convention.CountedPairs.WINDOW);
    }

    /** FLOPs a token for each position: of the half and of the triangle a half of a pair's. */
    private static BigInteger unwindowed(TokenFlops flops) {
        return flops.attention().stream()
                .filter(pairs -> !narrows(pairs))
                .map(pairs -> switch (pairs.counted()) {
                    case HALF, TRIANGLE -> pairs.perPair().shiftRight(1);
                    case NONE, WINDOW, FULL -> pairs.perPair();
                })
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** What the triangle has beyond the half of the square: half of a pair for each token. */
    private static BigInteger diagonal(TokenFlops flops) {
        return flops.attention().stream()
                .filter(pairs -> !narrows(pairs) && pairs.counted() == Convention.CountedPairs.TRIANGLE)
                .map(pairs -> pairs.perPair().shiftRight(1))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }
}
