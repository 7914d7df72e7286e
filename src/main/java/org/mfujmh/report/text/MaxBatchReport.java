package org.mfujmh.report.text;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mfujmh.compare.Interval;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.PassParams;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.MemoryLine;
import org.mfujmh.search.MemorySize;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.Probe;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.SearchResult;
import org.mfujmh.search.SearchResult.Ending;

/**
 * The output of {@code ./mfu max-batch}: the answer, its proof, and peak memory by batch size.
 *
 * @param limit the memory that the batch had to fit into
 * @param deviceName the name of the CPU or GPU
 * @param throughput throughput by batch size, if requested
 */
public record MaxBatchReport(SearchResult result, MemoryLimit limit, String deviceName, ThroughputByBatch throughput) {
    private static final int BAR = 24;

    public String render(OutputFormat format) {
        return switch (format) {
            case JSON -> OutputFormat.json(json());
            case CSV -> probes().toCsv();
            case TEXT, MARKDOWN -> document(new Document(format)).text();
        };
    }

    private Document document(Document document) {
        document.heading(sentence());
        document.paragraph(proof());
        document.heading("Peak memory by batch size");
        document.table(curve());
        document.paragraph(line());
        result().closeCall().ifPresent(document::paragraph);
        if (throughput.isPresent()) {
            document.heading("Throughput by batch size");
            document.table(throughput.table());
            document.paragraph(throughput.sentence());
        }
        return document;
    }

    private String sentence() {
        String what = result().probed().describe();
        return result().largestBatch().isPresent()
                ? "Largest batch of " + what + ": " + result().largestBatch().getAsInt()
                : "Largest batch of " + what + ": unknown, the search stopped early";
    }

    private String proof() {
        String limit = MemorySize.inWords(result().limitBytes()) + " (" + this.limit.reason() + ", " + deviceName + ")";
        int probes = result().probes().size();
        String cost = probes + " probe" + (probes == 1 ? "" : "s") + ", each a fresh process.";
        if (result().ending() instanceof Ending.Proved proved) {
            return "Limit: " + limit + ". Batch " + proved.largest() + " was run and took "
                    + MemorySize.inWords(peak(proved.largest())) + "; batch " + (proved.largest() + 1)
                    + " was run and " + why(result().at(proved.largest() + 1).orElseThrow()) + ". " + cost;
        }
        if (result().ending() instanceof Ending.EverythingFits) {
            return "Limit: " + limit + ". No larger batch is possible: a pass has at most 2^31 - 1 tokens. " + cost;
        }
        return "Limit: " + limit + ". Largest batch known to fit: "
                + (result().largestSeenToFit() == 0 ? "none" : result().largestSeenToFit())
                + "; smallest known not to fit: "
                + (result().smallestSeenTooLarge().isPresent()
                        ? result().smallestSeenTooLarge().getAsInt()
                        : "none")
                + ". " + cost;
    }

    private long peak(int batch) {
        return result().at(batch)
                .flatMap(probe -> probe.verdict().use())
                .orElseThrow()
                .peakBytes();
    }

    private static String why(Probe probe) {
        return probe.verdict() instanceof ProbeOutcome.OverLimit over
                ? "took " + MemorySize.inWords(over.memory().peakBytes())
                : "ran out of memory";
    }

    private List<Probe> byBatch() {
        return result().probes().stream()
                .sorted(Comparator.comparingInt(Probe::batch))
                .toList();
    }

    /** Measured points with the fitted line and its prediction interval. */
    private Table curve() {
        MemoryLine line = result().line();
        return new Table(
                List.of(
                        number("batch"),
                        number("FLOPs"),
                        number("peak"),
                        text("share of limit"),
                        number("fit"),
                        number(Interval.TITLE),
                        number("seconds"),
                        text("verdict")),
                byBatch().stream().map(probe -> row(probe, line)).toList());
    }

    private List<String> row(Probe probe, MemoryLine line) {
        Optional<MemoryUse> use = probe.verdict().use();
        boolean fitted = line.points() >= 2;
        OptionalDouble half = fitted ? line.halfWidth(probe.batch(), Interval.CONFIDENCE) : OptionalDouble.empty();
        return List.of(
                String.valueOf(probe.batch()),
                String.format(Locale.ROOT, "%.1e", flops(probe.batch())),
                use.map(known -> MemorySize.inWords(known.peakBytes())).orElse("-"),
                use.map(known -> bar(known.peakBytes())).orElse(""),
                fitted ? MemorySize.inWords(Math.round(line.at(probe.batch()))) : "-",
                half.isPresent() ? "+- " + MemorySize.inWords(Math.round(half.getAsDouble())) : "-",
                use.map(known -> String.format(Locale.ROOT, "%.1f", known.seconds()))
                        .orElse("-"),
                word(probe.verdict()));
    }

    private double flops(int batch) {
        return new Workload(result().probed().config(), batch, result().probed().tokens())
                .flops(Convention.EXACT, result().probed().pass())
                .doubleValue();
    }

    private String bar(long bytes) {
        double share = (double) bytes / result().limitBytes();
        int filled = (int) Math.round(BAR * Math.min(1, share));
        return "#".repeat(filled) + ".".repeat(BAR - filled) + (share > 1 ? ">" : "|");
    }

    private static String word(ProbeOutcome verdict) {
        if (verdict instanceof ProbeOutcome.Fits) {
            return "fits";
        }
        if (verdict instanceof ProbeOutcome.OverLimit) {
            return "over the limit";
        }
        if (verdict instanceof ProbeOutcome.OutOfMemory) {
            return "out of memory";
        }
        return verdict instanceof ProbeOutcome.Hung ? "hung" : "failed";
    }

    private String line() {
        MemoryLine line = result().line();
        if (line.points() < 2) {
            return "Only one measured point, so no linear fit.";
        }
        OptionalDouble half = line.bytesPerSequenceHalfWidth(Interval.CONFIDENCE);
        String slope = MemorySize.inWords(Math.round(line.bytesPerSequence())) + " per sequence"
                + (half.isPresent()
                        ? " (" + Interval.PERCENT + ": +- " + MemorySize.inWords(Math.round(half.getAsDouble())) + ")"
                        : "");
        return "Linear fit: " + MemorySize.inWords(Math.round(line.fixedBytes())) + " + " + slope
                + ", by least squares through the peaks at the " + line.points() + " measured batches. The interval "
                + "is the prediction interval for one more measurement, by Student's t."
                + (result().probed().pass() == Pass.DECODE
                        ? " The KV cache of a sequence takes "
                                + MemorySize.inWords(result().probed().cacheBytesPerSequence())
                                + ", computed from its sizes."
                        : "");
    }

    private Table probes() {
        return new Table(
                List.of(number("batch"), text("fits"), number("peak_bytes"), number("seconds"), text("reason")),
                result().probes().stream()
                        .map(MaxBatchReport::fields)
                        .map(fields -> fields.values().stream()
                                .map(value -> value == null ? "" : String.valueOf(value))
                                .toList())
                        .toList());
    }

    private static Map<String, Object> fields(Probe probe) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Optional<MemoryUse> use = probe.verdict().use();
        boolean fits = probe.verdict() instanceof ProbeOutcome.Fits;
        fields.put("batch", probe.batch());
        fields.put("fits", fits ? Boolean.TRUE : probe.verdict().tooLarge() ? Boolean.FALSE : null);
        fields.put("peak_bytes", use.map(MemoryUse::peakBytes).orElse(null));
        fields.put("seconds", use.map(MemoryUse::seconds).orElse(null));
        fields.put("reason", reason(probe.verdict()));
        return fields;
    }

    private static String reason(ProbeOutcome verdict) {
        if (verdict instanceof ProbeOutcome.OutOfMemory none) {
            return none.reason();
        }
        if (verdict instanceof ProbeOutcome.Broken broken) {
            return broken.cause();
        }
        return verdict instanceof ProbeOutcome.Hung hung
                ? "no answer within " + hung.after().toSeconds() + " s"
                : word(verdict);
    }

    private Map<String, Object> json() {
        MemoryLine line = result().line();
        boolean fitted = line.points() >= 2;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(PassParams.MODEL, result().probed().config().name());
        json.put("pass", result().probed().passId().label());
        json.put("seq", result().probed().tokens());
        json.put(PassParams.DTYPE, result().probed().dtype());
        json.put(PassParams.PROGRAM, result().probed().program());
        json.put(PassParams.GEMM, result().probed().gemm());
        json.put(PassParams.DEVICE, deviceName);
        json.put("limit_bytes", result().limitBytes());
        json.put(
                "max_batch",
                result().largestBatch().isPresent() ? result().largestBatch().getAsInt() : null);
        json.put("stopped", result().ending() instanceof Ending.Stopped stopped ? stopped.cause() : null);
        json.put("fixed_bytes", fitted ? Math.round(line.fixedBytes()) : null);
        json.put("bytes_per_sequence", fitted ? Math.round(line.bytesPerSequence()) : null);
        List<Map<String, Object>> probes = new ArrayList<>();
        result().probes().forEach(probe -> probes.add(fields(probe)));
        json.put("probes", probes);
        if (throughput.isPresent()) {
            json.put("throughput", throughput.json());
        }
        return json;
    }
}
