package org.mfujmh.schema;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.DidYouMean;

/** A pass that the suite times, one benchmark each, in the order in which a run measures them. */
public enum PassId {
    /** Token ids to logits, without a graph for gradients. */
    FORWARD("ForwardBenchmark", "forward", "forward"),
    /** The same with the head on each sequence's last token alone: what inference does with a prompt. */
    PREFILL("ForwardBenchmark", "forward", "prefill"),
    /** The forward half of forward + backward: it records the graph that backward needs. */
    FORWARD_RECORDING("ForwardRecordingBenchmark", "recordingForward", "forward, recording"),
    /** Token ids to a loss, then the gradient of every parameter. */
    FORWARD_BACKWARD("ForwardBackwardBenchmark", "forwardBackward", "forward + backward"),
    /** The same of one or more micro batches, then the optimizer, which changes every parameter. */
    TRAIN_STEP("TrainStepBenchmark", "trainStep", "training step"),
    /** One new token for each sequence, whose tokens before it are in a KV cache. */
    DECODE("DecodeBenchmark", "decode", "decode");

    /** The parameter with which a benchmark outside the suite, such as a test's, declares which pass it measures. */
    public static final String MEASURED_AS = "measuredAs";

    /** The package of the suite's benchmarks, including the trailing dot: the prefix of a full benchmark name. */
    public static final String BENCHMARK_PACKAGE = "org.mfujmh.bench.";

    private final String type;
    private final String method;
    private final String title;

    PassId(String type, String method, String title) {
        this.type = type;
        this.method = method;
        this.title = title;
    }

    /**
     * The pass that a benchmark of the suite times unless a parameter says otherwise; empty for every other benchmark.
     */
    public static Optional<PassId> of(String benchmark) {
        return Stream.of(values())
                .filter(pass -> pass.benchmark().equals(benchmark))
                .findFirst();
    }

    /**
     * The pass that a result measures. The suite's benchmarks are recognised by their full names, others only by their
     * parameter {@link #MEASURED_AS}. Empty for a single GEMM, an empty call or a foreign benchmark.
     *
     * @throws org.mfujmh.BadInput if {@link #MEASURED_AS} does not name a pass
     */
    public static Optional<PassId> of(String benchmark, Map<String, String> params) {
        return of(benchmark)
                .or(() -> Optional.ofNullable(params.get(MEASURED_AS)).map(PassId::labelled))
                .map(pass -> pass == FORWARD
                                && params.entrySet()
                                        .containsAll(PREFILL.choice().entrySet())
                        ? PREFILL
                        : pass);
    }

    /** The pass with this {@link #label}. @throws org.mfujmh.BadInput if there is none */
    public static PassId labelled(String label) {
        List<String> labels = Stream.of(values()).map(PassId::label).toList();
        return Stream.of(values())
                .filter(pass -> pass.label().equals(label))
                .findFirst()
                .orElseThrow(() -> DidYouMean.noSuch("pass", label, labels));
    }

    /** A regular expression for JMH that matches exactly the benchmarks of these passes. */
    public static String pattern(PassId... passes) {
        return Stream.of(passes)
                .map(pass -> pass.benchmark().replace(".", "\\."))
                .collect(Collectors.joining("|", "^(", ")$"));
    }

    /** The parameters that choose this pass among those of its benchmark. */
    public Map<String, String> choice() {
        return this == PREFILL ? Map.of(PassParams.LOGITS, PassParams.LAST_LOGITS) : Map.of();
    }

    /** Class and method, as JMH writes them in a result. */
    public String benchmark() {
        return BENCHMARK_PACKAGE + type + "." + method;
    }

    /** The class name without its package, as people pass it to {@code ./mfu bench}. */
    public String benchmarkClass() {
        return type;
    }

    /** The name as one word, e.g. {@code forward-backward}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name for people, e.g. {@code forward + backward}. */
    public String title() {
        return title;
    }

    /** Whether the pass computes gradients, and so has a loss. */
    public boolean computesGradients() {
        return this == FORWARD_BACKWARD || this == TRAIN_STEP;
    }

    /** Whether the largest batch of this pass can be searched for, so that {@code batchSize=max} works. */
    public boolean hasMaxBatch() {
        return this != FORWARD_RECORDING;
    }
}
