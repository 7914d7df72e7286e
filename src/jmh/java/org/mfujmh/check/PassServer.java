package org.mfujmh.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mfujmh.bench.DecodeState;
import org.mfujmh.bench.ForwardBackwardBenchmark;
import org.mfujmh.bench.ForwardBenchmark;
import org.mfujmh.bench.PassState;
import org.mfujmh.bench.TrainStepBenchmark;
import org.mfujmh.engine.Torch;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.engine.roofline.GemmRoofline;
import org.mfujmh.profiler.PeakMemory;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.process.ParentWatch;
import org.mfujmh.suite.run.ForkJvmOptions;
import org.mfujmh.suite.tuning.BackendTuningKey;
import org.mfujmh.suite.tuning.GemmTuningKey;
import org.mfujmh.suite.tuning.RowProductTuningKey;
import org.mfujmh.suite.tuning.TuningAnswer;
import org.mfujmh.suite.tuning.TuningKey;

/**
 * Runs the suite's passes without JMH, one per request line, so that {@code scripts/peers} can interleave our passes
 * with PyTorch's, each in its own process.
 *
 * <p>It reads lines and answers each with a line of JSON: {@code pass} (new token ids, then one timed pass) and
 * {@code gemm} (the roofline, with every shape in full). It prints a ready message once the model is loaded, proved and
 * warmed up.
 *
 * <p>With {@code settle} instead of a model, in a separate process, it resolves what the suite resolves before its
 * first fork, and prints one line: gemm, the backend of the fused program, libtorch's version, and the JVM options of a
 * fork, which name the PyTorch that MFU_TORCH asked for.
 */
final class PassServer {

    /** Long enough that no shape is truncated. */
    private static final Duration WHOLE = Duration.ofHours(1);

    private static final String SETTLE = "settle";

    /** Steps of decoding that one request asks for: a single one is short beside what wakes a process. */
    private static final int STEPS = 16;

    /**
     * What is resolved before a fork starts.
     *
     * @param choice the backend, or for decoding how rows are multiplied
     * @param torch libtorch's version: of the PyTorch that MFU_TORCH names, or else the bundled one's
     */
    private record Settled(TuningAnswer gemm, TuningAnswer choice, String torch, List<String> jvmArgs) {}

    /** A loaded model and what is asked of it. */
    private interface Served extends AutoCloseable {

        /** The time of one pass. */
        double seconds();

        GemmRoofline.Reading roofline();

        @Override
        void close();
    }

    private record ServedPass(PassState state) implements Served {

        @Override
        public double seconds() {
            state.renewBatch();
            long start = System.nanoTime();
            state.run();
            return (System.nanoTime() - start) / 1e9;
        }

        @Override
        public GemmRoofline.Reading roofline() {
            return state.measureRoofline(WHOLE);
        }

        @Override
        public void close() {
            state.close();
        }
    }

    private record ServedSteps(DecodeState state) implements Served {

        @Override
        public double seconds() {
            long start = System.nanoTime();
            for (int i = 0; i < STEPS; i++) {
                state.run();
            }
            return (System.nanoTime() - start) / 1e9 / STEPS;
        }

        @Override
        public GemmRoofline.Reading roofline() {
            throw new UnsupportedOperationException("Decoding is bound by memory: ask for its passes alone");
        }

        @Override
        public void close() {
            state.close();
        }
    }

    private PassServer() {}

    /**
     * @param arguments model, pass ({@code forward}, {@code forward-backward}, {@code train-step} or {@code decode}),
     *     dtype, gemm, batch, tokens, warm-up passes; or {@code settle}, model, pass, dtype, batch, tokens
     */
    public static void main(String[] arguments) throws IOException {
        ParentWatch.start();
        if (arguments[0].equals(SETTLE)) {
            TorchInUse.prepare(System.err);
            System.out.println(new ObjectMapper().writeValueAsString(settled(arguments)));
            return;
        }
        Served served = PassId.labelled(arguments[1]) == PassId.DECODE ? steps(arguments) : pass(arguments);
        for (int i = Integer.parseInt(arguments[6]); i > 0; i--) {
            served.seconds();
        }
        PeakMemory.reset();
        System.out.println("{\"ready\": true}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(served, line));
        }
        served.close();
    }

    private static Served pass(String[] arguments) {
        PassState state = state(arguments[1]);
        state.model = arguments[0];
        state.dtype = arguments[2];
        state.gemm = arguments[3];
        state.batchSize = arguments[4];
        state.seqLen = arguments[5];
        state.program = PassParams.DEFAULT_PROGRAM;
        state.device = "cpu";
        state.build();
        return new ServedPass(state);
    }

    private static Served steps(String[] arguments) {
        DecodeState state = new DecodeState();
        state.model = arguments[0];
        state.dtype = arguments[2];
        state.gemm = arguments[3];
        state.batchSize = arguments[4];
        state.seqLen = arguments[5];
        state.device = "cpu";
        state.build();
        return new ServedSteps(state);
    }

    private static Settled settled(String[] arguments) {
        PassId pass = PassId.labelled(arguments[2]);
        String loss = pass == PassId.TRAIN_STEP ? TrainingParams.DEFAULT_LOSS : PassParams.DEFAULT_LOSS;
        Combination one = new Combination(
                pass.benchmark(),
                Map.of(
                        PassParams.MODEL, arguments[1],
                        PassParams.DTYPE, arguments[3],
                        PassParams.BATCH_SIZE, arguments[4],
                        PassParams.SEQ_LEN, arguments[5],
                        PassParams.LOGITS, pass.choice().getOrDefault(PassParams.LOGITS, PassParams.DEFAULT_LOGITS),
                        PassParams.LOSS, loss,
                        PassParams.DEVICE, "cpu"));
        TuningAnswer gemm = GemmTuningKey.of(one).answer();
        Combination multiplied = one.with(PassParams.GEMM, gemm.label());
        TuningKey key = pass == PassId.DECODE ? RowProductTuningKey.of(multiplied) : BackendTuningKey.of(multiplied);
        TuningAnswer choice = key.answer();
        List<String> options = new ArrayList<>(ForkJvmOptions.defaults());
        options.add("-D" + key.property().key() + "=" + choice.label());
        return new Settled(gemm, choice, Torch.version(), options);
    }

    private static PassState state(String label) {
        PassId pass = PassId.labelled(label);
        if (pass == PassId.FORWARD || pass == PassId.PREFILL) {
            ForwardBenchmark.Forward forward = new ForwardBenchmark.Forward();
            forward.logits = pass.choice().getOrDefault(PassParams.LOGITS, PassParams.DEFAULT_LOGITS);
            return forward;
        }
        if (pass == PassId.TRAIN_STEP) {
            TrainStepBenchmark.TrainStep step = new TrainStepBenchmark.TrainStep();
            step.loss = TrainingParams.DEFAULT_LOSS;
            step.optimizer = TrainingParams.DEFAULT_OPTIMIZER;
            step.accumulation = TrainingParams.DEFAULT_ACCUMULATION;
            step.checkpoint = TrainingParams.DEFAULT_CHECKPOINT;
            step.weights = TrainingParams.DEFAULT_WEIGHTS;
            step.clip = TrainingParams.DEFAULT_CLIP;
            return step;
        }
        ForwardBackwardBenchmark.ForwardBackward both = new ForwardBackwardBenchmark.ForwardBackward();
        both.loss = PassParams.DEFAULT_LOSS;
        return both;
    }

    private static String answer(Served served, String asked) {
        switch (asked) {
            case "pass" -> {
                double seconds = served.seconds();
                return String.format(
                        Locale.ROOT, "{\"seconds\": %.6f, \"peak_bytes\": %.0f}", seconds, PeakMemory.bytes());
            }
            case "gemm" -> {
                GemmRoofline.Reading reading = served.roofline();
                return String.format(
                        Locale.ROOT,
                        "{\"gflops\": %.3f, \"best_gflops\": %.3f}",
                        reading.flopsPerSecond() / 1e9,
                        reading.bestFlopsPerSecond() / 1e9);
            }
            default ->
                throw new IllegalArgumentException("Unknown request " + asked + "; supported are pass and gemm.");
        }
    }
}
