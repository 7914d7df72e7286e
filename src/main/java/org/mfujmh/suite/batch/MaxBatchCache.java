package org.mfujmh.suite.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.search.ForkMemory;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.SearchResult;

/**
 * Cache of largest batches, one line of JSON each, in {@code max-batch.jsonl} next to a device's results. A line is
 * valid as long as everything that affects memory is unchanged.
 */
public final class MaxBatchCache {
    public static final String FILE_NAME = "max-batch.jsonl";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * The conditions that an answer depends on, besides the limit.
     *
     * @param pass model, pass, length, precision, program and GEMM, as text
     * @param device the name of the CPU or GPU
     * @param torch libtorch's version
     * @param threads number of threads; each has its own workspace
     * @param program a digest of gpt.py
     * @param model a digest of the configuration of a model that is not shipped: its name may stand for another one
     *     tomorrow. Empty for a shipped one, as in lines of before this was written
     * @param torchStamp a fingerprint of the installed PyTorch, of which a version may have several builds; empty for
     *     the bundled one, as in lines of before this was written
     * @param backend what was tuned for the pass, such as {@code autograd}; empty where there is one way alone, as in
     *     lines of before this was written
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Conditions(
            String pass,
            String device,
            String torch,
            int threads,
            String program,
            String model,
            String torchStamp,
            String backend) {
        Conditions {
            backend = Objects.requireNonNullElse(backend, "");
            model = Objects.requireNonNullElse(model, "");
            torchStamp = Objects.requireNonNullElse(torchStamp, "");
        }
    }

    /**
     * A line of the file.
     *
     * @param limitBytes the limit of the search
     * @param largestBytes memory of the largest batch
     * @param nextBytes memory of the next batch; null if it ran out of memory
     */
    record CacheLine(
            Conditions conditions, long limitBytes, int largest, long largestBytes, Long nextBytes, String when) {

        /** Whether the limit lies between the memory of the largest batch and that of the next. */
        boolean holdsFor(long limit) {
            long upTo = nextBytes == null ? limitBytes : nextBytes - 1;
            return largestBytes <= limit && limit <= upTo;
        }
    }

    /** The result of a lookup. */
    sealed interface Lookup {
        record Holds(int largest, String when) implements Lookup {}

        /**
         * Something that affects memory has changed.
         *
         * @param why the reason, as part of a sentence
         */
        record Outdated(String why) implements Lookup {}

        /**
         * Only the limit has changed.
         *
         * @param why the reason, as part of a sentence
         */
        record OtherLimit(int largest, String why) implements Lookup {}

        record NotCached() implements Lookup {}

        /** Why a line of the same pass is not valid, as part of a sentence. */
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
     * Looks for a valid answer. The memory available to a process differs at every start, so an answer is valid for
     * each limit between the memory of its batch and that of the next. Of those that are not valid, the newest is named,
     * and one where only the limit has changed before others.
     */
    Lookup find(Conditions conditions, long limitBytes) {
        List<Lookup> newestFirst = ofThePass(conditions, limitBytes);
        return Stream.of(Lookup.Holds.class, Lookup.OtherLimit.class, Lookup.Outdated.class)
                .flatMap(kind -> newestFirst.stream().filter(kind::isInstance))
                .findFirst()
                .orElseGet(Lookup.NotCached::new);
    }

    /** The answers under the same conditions that another limit had, newest first. */
    List<Lookup.OtherLimit> ofOtherLimits(Conditions conditions, long limitBytes) {
        return ofThePass(conditions, limitBytes).stream()
                .filter(Lookup.OtherLimit.class::isInstance)
                .map(Lookup.OtherLimit.class::cast)
                .toList();
    }

    /** What each line of the same pass is worth; {@link #remember} writes the newest first. */
    private List<Lookup> ofThePass(Conditions conditions, long limitBytes) {
        return lines().stream()
                .filter(line -> line.conditions().pass().equals(conditions.pass()))
                .map(line -> change(line, conditions)
                        .<Lookup>map(Lookup.Outdated::new)
                        .orElseGet(() -> line.holdsFor(limitBytes)
                                ? new Lookup.Holds(line.largest(), line.when())
                                : new Lookup.OtherLimit(
                                        line.largest(),
                                        "the limit was " + line.limitBytes() + " bytes and is now " + limitBytes)))
                .toList();
    }

    private static Optional<String> change(CacheLine line, Conditions now) {
        Conditions then = line.conditions();
        if (!then.device().equals(now.device())) {
            return Optional.of("the device was " + then.device() + " and is now " + now.device());
        }
        if (!then.torch().equals(now.torch())) {
            return Optional.of("libtorch was " + then.torch() + " and is now " + now.torch());
        }
        if (!then.torchStamp().equals(now.torchStamp())) {
            return Optional.of("libtorch " + now.torch() + " is another build than the one of " + line.when());
        }
        if (!then.model().equals(now.model())) {
            return Optional.of(
                    then.model().isEmpty()
                            ? "the configuration of the model of " + line.when() + " is not known"
                            : "the model's configuration has changed since " + line.when());
        }
        if (then.threads() != now.threads()) {
            return Optional.of("libtorch had " + then.threads() + " threads and now has " + now.threads());
        }
        if (!then.program().equals(now.program())) {
            return Optional.of("the program has changed since " + line.when());
        }
        if (!then.backend().equals(now.backend())) {
            return Optional.of(
                    then.backend().isEmpty()
                            ? "the backend of " + line.when() + " is not known"
                            : "the backend was " + then.backend() + " and is now "
                                    + (now.backend().isEmpty() ? "another one" : now.backend()));
        }
        return Optional.empty();
    }

    /** Adds an answer; for the same conditions, the newest line is used. */
    void remember(Conditions conditions, SearchResult result, String when) {
        int largest = result.largestBatch().orElseThrow();
        long took = used(result, largest).orElseThrow().peakBytes();
        Long next = used(result, largest + 1).map(MemoryUse::peakBytes).orElse(null);
        write(new CacheLine(conditions, result.limitBytes(), largest, took, next, when));
    }

    /**
     * Adds an answer of {@link ForkMemory}.
     *
     * @param nextBytes the limit at which a larger batch may fit
     */
    void remember(Conditions conditions, long limitBytes, ForkMemory.Fitted fork, long nextBytes, String when) {
        write(new CacheLine(
                conditions, limitBytes, fork.batch().orElseThrow(), fork.leastLimitBytes(), nextBytes, when));
    }

    private void write(CacheLine newest) {
        List<String> text = new ArrayList<>(List.of(written(newest)));
        lines().stream()
                .filter(line ->
                        !line.conditions().equals(newest.conditions()) || line.limitBytes() != newest.limitBytes())
                .map(MaxBatchCache::written)
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
                            + "). Remove it; its entries will be searched for again.",
                    e);
        }
    }

    private static String written(CacheLine line) {
        try {
            return MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A line that cannot be written: " + line, e);
        }
    }

    /** Identifies the program: a digest of gpt.py and the code it may be compiled against. */
    static String programDigest() {
        return digest(LanguageModel.program());
    }

    /** Identifies a model by its configuration. */
    static String modelDigest(String json) {
        return digest(List.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String digest(List<byte[]> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            parts.forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
