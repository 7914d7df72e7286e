package org.mfujmh.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;

/**
 * Figures that others published, as JMH result files, so that a comparison across GPUs has real data from the start.
 * The figures and their sources are in {@code published.csv}; each is a single measurement of unknown spread, so it is
 * shown without an interval and never used in a gate.
 */
public final class Published {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> PARAMS =
            List.of(PassParams.MODEL, PassParams.BATCH_SIZE, PassParams.SEQ_LEN, PassParams.DTYPE, PassParams.PROGRAM);
    private static final List<MetricId> SHARES =
            List.of(MetricId.MFU, MetricId.MFU_LINEAR_ONLY, MetricId.MFU_AS_PUBLISHED, MetricId.MBU_GPT_FAST);

    private Published() {}

    /** Entries by file name without extension. */
    public static Map<String, List<Entry>> files() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        try (InputStream stream = Published.class.getResourceAsStream("published.csv");
                CSVParser rows = CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get()
                        .parse(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (CSVRecord row : rows) {
                files.computeIfAbsent(row.get("file"), file -> new ArrayList<>())
                        .add(entry(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Writes all files. @return the files, one per source */
    public static List<Path> writeTo(Path folder) {
        List<Path> written = new ArrayList<>();
        files().forEach((name, entries) -> {
            Path file = folder.resolve(name + ".json");
            ResultFile.write(file, entries);
            written.add(file);
        });
        return written;
    }

    private static Entry entry(CSVRecord row) {
        double tokensPerSecond = Double.parseDouble(row.get(MetricId.TOKENS_PER_S.label()));
        boolean decodes = PassId.of(row.get("benchmark")).equals(Optional.of(PassId.DECODE));
        double tokens = Double.parseDouble(row.get(PassParams.BATCH_SIZE))
                * (decodes ? 1 : Double.parseDouble(row.get(PassParams.SEQ_LEN)));
        ObjectNode entry = MAPPER.createObjectNode();
        entry.put("jmhVersion", "none: published figures")
                .put("benchmark", row.get("benchmark"))
                .put("mode", "thrpt")
                .put("threads", 1)
                .put("forks", 1);
        ArrayNode args = entry.putArray("jvmArgs");
        args.add(RunProperty.DEVICE.argument(row.get("device"))).add(RunProperty.SOURCE.argument(row.get("source")));
        entry.put("warmupIterations", 0).put("measurementIterations", 1);
        ObjectNode params = entry.putObject("params");
        PARAMS.forEach(name -> params.put(name, row.get(name)));
        entry.set("primaryMetric", metric(tokensPerSecond / tokens, "ops/s"));
        ObjectNode secondary = entry.putObject("secondaryMetrics");
        set(secondary, MetricId.TOKENS_PER_S, tokensPerSecond);
        for (MetricId share : SHARES) {
            if (!row.get(share.label()).isEmpty()) {
                set(secondary, share, Double.parseDouble(row.get(share.label())));
            }
        }
        return parsed(entry);
    }

    private static void set(ObjectNode secondary, MetricId metric, double value) {
        secondary.set(metric.label(), metric(value, metric.unit()));
    }

    private static ObjectNode metric(double value, String unit) {
        ObjectNode metric = MAPPER.createObjectNode();
        metric.put("score", value).put("scoreError", "NaN");
        metric.putArray("scoreConfidence").add("NaN").add("NaN");
        metric.putObject("scorePercentiles")
                .put("0.0", value)
                .put("50.0", value)
                .put("100.0", value);
        metric.put("scoreUnit", unit);
        metric.putArray("rawData").addArray().add(value);
        return metric;
    }

    private static Entry parsed(ObjectNode entry) {
        try {
            String json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(entry);
            // Indented like JMH's array entries, on every platform.
            String indented = json.replace("\r\n", "\n").replace("\n", "\n    ");
            return Entry.parseAll("[" + indented + "]").get(0);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
