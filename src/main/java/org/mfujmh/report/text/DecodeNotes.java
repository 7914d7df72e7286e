package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.mfujmh.results.Entry;
import org.mfujmh.schema.MetricId;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.RunProperty;

/** What the notes below a table say about decoding: roofs, bytes, MBU and latency. */
final class DecodeNotes {

    /** A note and what it is about. */
    record DecodeNote(String about, String text) {}

    private DecodeNotes() {}

    /**
     * The notes on these entries; none if no entry decodes.
     *
     * @param subject what distinguishes an entry from the others
     */
    static List<DecodeNote> of(List<Entry> entries, Function<Entry, String> subject) {
        List<DecodeNote> notes = new ArrayList<>();
        List<Entry> steps = entries.stream()
                .filter(entry -> entry.pass().equals(Optional.of(PassId.DECODE)))
                .toList();
        if (!steps.isEmpty()) {
            notes.add(
                    new DecodeNote(
                            "decode",
                            "one new token per sequence, with the given number of tokens in its KV cache; tokens/s counts new tokens only. Memory is the limit if reading weights and cache at the measured bandwidth takes longer than multiplying at the GEMM roofline; the share is relative to whichever is the limit."));
        }
        steps.forEach(entry -> notes.addAll(of(entry, subject.apply(entry))));
        entries.stream()
                .flatMap(entry -> latency(entry, subject.apply(entry)).stream())
                .forEach(notes::add);
        return notes;
    }

    private static List<DecodeNote> of(Entry entry, String subject) {
        List<DecodeNote> notes = new ArrayList<>();
        double bandwidth = Figures.mean(entry, MetricId.BANDWIDTH_ROOFLINE_GBS);
        if (!Double.isNaN(bandwidth)) {
            notes.add(new DecodeNote(
                    "bandwidth",
                    String.format(
                            Locale.ROOT,
                            "decode of %s: %s MB per token; this machine reads %s GB/s, and the step reaches %.1f %% of that",
                            subject,
                            NumberFormat.threeDigits(Figures.mean(entry, MetricId.BYTES_PER_TOKEN) / 1e6),
                            NumberFormat.threeDigits(bandwidth),
                            100 * Figures.mean(entry, MetricId.BANDWIDTH_SHARE))));
        }
        double mbu = Figures.mean(entry, MetricId.MBU);
        if (!Double.isNaN(mbu)) {
            notes.add(new DecodeNote(
                    "MBU",
                    String.format(
                            Locale.ROOT,
                            "decode of %s: %.1f %% of %s GB/s, the datasheet's bandwidth (as gpt-fast counts %.1f %%,"
                                    + " as nanochat %.1f %%, weights only %.1f %%)",
                            subject,
                            100 * mbu,
                            entry.property(RunProperty.PEAK_BANDWIDTH_GBS).orElse("?"),
                            100 * Figures.mean(entry, MetricId.MBU_GPT_FAST),
                            100 * Figures.mean(entry, MetricId.MBU_NANOCHAT),
                            100 * Figures.mean(entry, MetricId.MBU_WEIGHTS_ONLY))));
        }
        return notes;
    }

    /** Percentiles, which JMH's sample mode has. */
    private static Optional<DecodeNote> latency(Entry entry, String subject) {
        double median = Figures.mean(entry, MetricId.LATENCY_P50_MS);
        return Double.isNaN(median)
                ? Optional.empty()
                : Optional.of(new DecodeNote(
                        "latency",
                        String.format(
                                Locale.ROOT,
                                "%s of %s: p50 %s ms, p90 %s ms, p99 %s ms a %s",
                                entry.pass().map(PassId::title).orElse("one invocation"),
                                subject,
                                NumberFormat.threeDigits(median),
                                NumberFormat.threeDigits(Figures.mean(entry, MetricId.LATENCY_P90_MS)),
                                NumberFormat.threeDigits(Figures.mean(entry, MetricId.LATENCY_P99_MS)),
                                entry.pass().equals(Optional.of(PassId.DECODE)) ? "token" : "pass")));
    }
}
