package org.mfujmh.engine.roofline;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.engine.LanguageModel;

/**
 * How fast this machine reads memory at this moment: what a decoding step, which reads every weight to make a token,
 * could reach if it did nothing else. Measured by products of the model's own matrices with one row, and by plain reads
 * (a sum, a dot product of a vector with itself) of memory larger than the caches; the fastest counts.
 */
public final class BandwidthRoofline {

    /** What is read, and how. */
    public enum Read {
        /** The model's own matrices, each multiplied with one row. */
        MATRICES("the model's matrices, each times a vector"),
        /** A buffer of {@value #BUFFER_BYTES} bytes, added up. */
        SUM("a sum over " + (BUFFER_BYTES >> 20) + " MiB"),
        /** The same buffer, multiplied with itself. */
        DOT("a dot product over " + (BUFFER_BYTES >> 20) + " MiB");

        private final String words;

        Read(String words) {
            this.words = words;
        }

        /** As in a sentence. */
        public String inWords() {
            return words;
        }
    }

    /**
     * What was measured.
     *
     * @param bytesPerSecond by the median time
     * @param bestBytesPerSecond by the best time
     * @param read what was read
     */
    public record Bandwidth(double bytesPerSecond, double bestBytesPerSecond, Read read) {}

    private static final long BUFFER_BYTES = 1L << 29;

    private static final int CHOOSING_TURNS = 2;
    private static final int FEWEST_TIMED = 3;
    private static final int MOST_TIMED = 15;

    /** Shorter calls would measure the way into libtorch and back. */
    private static final double SHORTEST_CALL_SECONDS = 0.005;

    private final LanguageModel model;
    private final long bufferBytes;
    private final Map<Read, CallLength> callLengths = new EnumMap<>(Read.class);
    private Optional<Read> fastest = Optional.empty();
    private double bestBytesPerSecond;

    /** @param model of {@link LanguageModel#loadDecoder}, with its weights */
    public BandwidthRoofline(LanguageModel model) {
        this(model, BUFFER_BYTES);
    }

    /** The same with a buffer of another size, for tests. */
    BandwidthRoofline(LanguageModel model, long bufferBytes) {
        this.model = model;
        this.bufferBytes = bufferBytes;
    }

    /**
     * Measures now, in about the given time, though at least {@value #FEWEST_TIMED} reads. The first call also decides
     * what is read, by measuring: a session of the model should be open then, so that the matrices lie as its steps read
     * them. Where a cache that just fits leaves no memory for a buffer, the matrices are read.
     */
    public Bandwidth measure(Duration budget) {
        try {
            if (fastest.isEmpty()) {
                choose();
            }
            return fastest(fastest.orElseThrow(), budget);
        } catch (EngineException noMemory) {
            return reading(Read.MATRICES, FEWEST_TIMED);
        }
    }

    /** The best of each, in turns. */
    private void choose() {
        Map<Read, Double> best = new EnumMap<>(Read.class);
        for (int turn = 0; turn < CHOOSING_TURNS; turn++) {
            for (Read read : Read.values()) {
                best.merge(read, reading(read, 1).bestBytesPerSecond(), Math::max);
            }
        }
        Map.Entry<Read, Double> chosen =
                best.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        fastest = Optional.of(chosen.getKey());
        bestBytesPerSecond = chosen.getValue();
    }

    private Bandwidth fastest(Read fastest, Duration budget) {
        double seconds = bytes(fastest) / bestBytesPerSecond;
        int affordable = (int) Math.min(MOST_TIMED, budget.toNanos() / 1e9 / seconds);
        Bandwidth measured = reading(fastest, Math.max(FEWEST_TIMED, affordable));
        bestBytesPerSecond = Math.max(bestBytesPerSecond, measured.bestBytesPerSecond());
        return measured;
    }

    private Bandwidth reading(Read read, int calls) {
        try (NDManager owner = model.place().getManager().newSubManager()) {
            NDArray times = owner.create(1f);
            NDList arguments = arguments(read, owner, times);
            double[] seconds = callLengths
                    .computeIfAbsent(read, first -> new CallLength(SHORTEST_CALL_SECONDS))
                    .secondsOfOne(calls, count -> {
                        times.set(new float[] {count});
                        long start = System.nanoTime();
                        model.run(arguments);
                        return (System.nanoTime() - start) / 1e9;
                    });
            double bytes = bytes(read);
            return new Bandwidth(bytes / seconds[seconds.length / 2], bytes / seconds[0], read);
        }
    }

    private NDList arguments(Read read, NDManager owner, NDArray times) {
        if (read == Read.MATRICES) {
            return matrices(model, owner, times);
        }
        NDArray numbers = owner.create((float) Math.floorDiv(bufferBytes, Float.BYTES));
        NDArray buffer =
                model.call("read_buffer", new NDList(model.place(), numbers)).head();
        buffer.attach(owner);
        return new NDList(buffer, times, LanguageModel.methodName(owner, read == Read.SUM ? "read_sum" : "read_dot"));
    }

    private static NDList matrices(LanguageModel model, NDManager owner, NDArray times) {
        NDList list = new NDList(times, owner.create(1f));
        list.addAll(model.parameterList());
        list.add(LanguageModel.methodName(owner, "read_matrices"));
        return list;
    }

    private double bytes(Read read) {
        return read == Read.MATRICES ? matrixBytes(model) : bufferBytes;
    }

    /** Bytes of all matrices that a step multiplies, as the program finds them. */
    static double matrixBytes(LanguageModel model) {
        try (NDManager owner = model.place().getManager().newSubManager();
                NDArray never = owner.create(0f)) {
            return model.run(matrices(model, owner, never));
        }
    }
}
