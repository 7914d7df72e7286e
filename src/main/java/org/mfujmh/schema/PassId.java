package org.mfujmh.schema;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.DidYouMean;

/** A pass that the suite times: one benchmark each. The order is the one in which a run measures them. */
public enum PassId {
    /** Token ids to logits, without a graph for gradients. */
    FORWARD("ForwardBenchmark", "forward", "forward"),
    /** The forward half of forward + backward: it records the graph that backward needs. */
    FORWARD_RECORDING("ForwardRecordingBenchmark", "recordingForward", "forward, recording"),
    /** Token ids to a loss, and from it the gradient of every parameter. */
    FORWARD_BACKWARD("ForwardBackwardBenchmark", "forwardBackward", "forward + backward");

    /** The parameter by which a benchmark that is not of the suite, such as a test's, asks to be taken for a pass. */
    public static final String MEASURED_AS = "measuredAs";

    /** The package of the suite's benchmarks, with its last dot: how a full benchmark name begins. */
    public static final String BENCHMARK_PACKAGE = "org.mfujmh.bench.";

    private final String type;
    private final String method;
    private final String title;

    PassId(String type, String method, String title) {
        this.type = type;
        this.method = method;
        this.title = title;
    }

    /** The pass that a benchmark of the suite times; empty for every other benchmark. */
    public static Optional<PassId> of(String benchmark) {
        return Stream.of(values())
                .filter(pass -> pass.benchmark().equals(benchmark))
                .findFirst();
    }

    /**
     * The pass that a result is of: the suite's benchmarks by their full names, any other only where its parameter
     * {@link #MEASURED_AS} says so. Empty for a single product, an empty call or a stranger's benchmark.
     *
     * @throws org.mfujmh.BadInput where {@link #MEASURED_AS} names no pass
     */
    public static Optional<PassId> of(String benchmark, Map<String, String> params) {
        return of(benchmark)
                .or(() -> Optional.ofNullable(params.get(MEASURED_AS)).map(PassId::labelled));
    }

    private static PassId labelled(String label) {
        List<String> labels = Stream.of(values()).map(PassId::label).toList();
        return Stream.of(values())
                .filter(pass -> pass.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch("pass", label, labels));
    }

    /** A regular expression, as JMH takes it, that matches the benchmarks of these passes and no other. */
    public static String pattern(PassId... passes) {
        return Stream.of(passes)
                .map(pass -> pass.benchmark().replace(".", "\\."))
                .collect(Collectors.joining("|", "^(", ")$"));
    }

    /** Class and method, as JMH writes them into a result. */
    public String benchmark() {
        return BENCHMARK_PACKAGE + type + "." + method;
    }

    /** The class without its package: what people give to {@code ./mfu bench}. */
    public String benchmarkClass() {
        return type;
    }

    /** In one word, e.g. {@code forward-backward}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In words, e.g. {@code forward + backward}. */
    public String title() {
        return title;
    }

    /** Whether it computes gradients too: such a pass has a loss. */
    public boolean computesGradients() {
        return this == FORWARD_BACKWARD;
    }

    /** Whether its memory is probed, so that {@code batchSize=max} has a number. */
    public boolean hasMaxBatch() {
        return this != FORWARD_RECORDING;
    }
}
