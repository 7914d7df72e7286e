package org.mfujmh.suite.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;
import org.mfujmh.engine.GptModel;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.SearchResult;

/**
 * Largest batches that were found before, a line of JSON each, in {@code max-batch.jsonl} beside a
 * device's results. A line counts as long as everything that moves memory is as it was.
 */
public final class MaxBatchCache {
    public static final String FILE_NAME = "max-batch.jsonl";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * What an answer depends on, besides the limit.
     *
     * @param pass model, pass, length, precision, program and way to multiply, in words
     * @param device the CPU's or GPU's name
     * @param torch libtorch's version
     * @param threads each of which has work space of its own
     * @param program a digest of gpt.py
     */
    record Conditions(String pass, String device, String torch, int threads, String program) {}

    /**
     * A line of the file.
     *
     * @param limitBytes under which it was found
     * @param largestBytes what the largest batch took
     * @param nextBytes what the next one took; null where it ran out of memory before it could tell
     */
    record CacheLine(
            Conditions conditions, long limitBytes, int largest, long largestBytes, Long nextBytes, String when) {

        /** From what the largest batch took, up to where the next would fit too. */
        boolean holdsFor(long limit) {
            long upTo = nextBytes == null ? limitBytes : nextBytes - 1;
            return largestBytes <= limit && limit <= upTo;
        }
    }

    /** What the file says of some conditions. */
    sealed interface Lookup {
        record Holds(int largest, String when) implements Lookup {}

        /**
         * Something that moves memory has changed.
         *
         * @param why a part of a sentence
         */
        record Outdated(String why) implements Lookup {}

        /**
         * All is as it was but for the limit.
         *
         * @param why a part of a sentence
         */
        record OtherLimit(int largest, String why) implements Lookup {}

        record NotCached() implements Lookup {}

        /** Why a line of the same pass does not hold, as a part of a sentence. */
        default Optional<String> reason() {
            if (this instanceof Outdated outdated) {
                return Optional.of(outdated.why());
            }
            return this instanceof OtherLimit other ? Optional.of(other.why()) : Optional.empty();
        }
    }

    private final Path file;

    MaxBatchCache(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /**
     * Looks for an answer that still holds. What is available to a process is another number at every
     * start: an answer holds for each limit that lies between what its batch took and what the next took.
     */
    Lookup find(Conditions conditions, long limitBytes) {
        Lookup best = new Lookup.NotCached();
        for (CacheLine line : lines()) {
            if (!line.conditions().pass().equals(conditions.pass())) {
                continue;
            }
            Optional<String> change = change(line, conditions);
            if (change.isEmpty() && line.holdsFor(limitBytes)) {
                return new Lookup.Holds(line.largest(), line.when());
            }
            best = change.<Lookup>map(Lookup.Outdated::new)
                    .orElseGet(() -> new Lookup.OtherLimit(
                            line.largest(), "the limit was " + line.limitBytes() + " bytes and is " + limitBytes));
        }
        return best;
    }

    private static Optional<String> change(CacheLine line, Conditions now) {
        Conditions then = line.conditions();
        if (!then.device().equals(now.device())) {
            return Optional.of("the device was " + then.device() + " and is " + now.device());
        }
        if (!then.torch().equals(now.torch())) {
            return Optional.of("libtorch was " + then.torch() + " and is " + now.torch());
        }
        if (then.threads() != now.threads()) {
            return Optional.of("libtorch had " + then.threads() + " threads and has " + now.threads());
        }
        if (!then.program().equals(now.program())) {
            return Optional.of("gpt.py is another than on " + line.when());
        }
        return Optional.empty();
    }

    /** Adds an answer; the newest line of the same conditions is read first. */
    void remember(Conditions conditions, SearchResult result, String when) {
        int largest = result.largestBatch().orElseThrow();
        long took = used(result, largest).orElseThrow().peakBytes();
        Long next = used(result, largest + 1).map(MemoryUse::peakBytes).orElse(null);
        List<String> text = new ArrayList<>();
        text.add(write(new CacheLine(conditions, result.limitBytes(), largest, took, next, when)));
        lines().stream()
                .filter(line -> !line.conditions().equals(conditions) || line.limitBytes() != result.limitBytes())
                .map(MaxBatchCache::write)
                .forEach(text::add);
        WholeFile.write(file, String.join("\n", text) + "\n");
    }

    private static Optional<MemoryUse> used(SearchResult result, int batch) {
        return result.at(batch).map(probe -> probe.verdict()).flatMap(ProbeOutcome::use);
    }

    private List<CacheLine> lines() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<CacheLine> lines = new ArrayList<>();
            for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (!text.isBlank()) {
                    lines.add(MAPPER.readValue(text, CacheLine.class));
                }
            }
            return lines;
        } catch (IOException e) {
            throw new BadInput(
                    file + " is not a list of largest batches ("
                            + e.getMessage().lines().findFirst().orElse("")
                            + "). Remove it: what it knew is then found anew.",
                    e);
        }
    }

    private static String write(CacheLine line) {
        try {
            return MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A line that cannot be written: " + line, e);
        }
    }

    /** Tells one program from another: gpt.py with what it may be compiled against. */
    static String programDigest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            GptModel.program().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
