package org.mfujmh.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.mfujmh.engine.GemmRoofline;
import org.mfujmh.gpt.Pass;
import org.mfujmh.profiler.PeakMemory;

/**
 * What a fork of the suite runs, without JMH: a pass whenever a line asks for one, so that {@code scripts/peers} can
 * let ours and PyTorch's take turns pass by pass, each in a process of its own.
 *
 * <p>Reads lines, answers each with a line of JSON: {@code pass} (other token ids, then one timed pass) and
 * {@code gemm} (the roofline, every shape in full). When the model is there, proved and warm, it says that it is ready.
 */
final class PassOnDemand {

    /** So long that no shape is cut. */
    private static final Duration WHOLE = Duration.ofHours(1);

    private PassOnDemand() {}

    /** @param arguments model, pass ({@code forward} or {@code forward-backward}), dtype, gemm, batch, tokens, warm-up passes */
    public static void main(String[] arguments) throws IOException {
        ParentWatch.start();
        PassState state = state(Pass.of(arguments[1]));
        state.model = arguments[0];
        state.dtype = arguments[2];
        state.gemm = arguments[3];
        state.batchSize = arguments[4];
        state.seqLen = arguments[5];
        state.program = "fused";
        state.device = "cpu";
        state.build();
        for (int i = Integer.parseInt(arguments[6]); i > 0; i--) {
            state.renewBatch();
            state.run();
        }
        PeakMemory.reset();
        System.out.println("{\"ready\": true}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(state, line));
        }
        state.close();
    }

    private static PassState state(Pass pass) {
        if (pass == Pass.FORWARD) {
            return new ForwardBenchmark.Forward();
        }
        ForwardBackwardBenchmark.ForwardBackward both = new ForwardBackwardBenchmark.ForwardBackward();
        both.loss = "sum";
        return both;
    }

    private static String answer(PassState state, String asked) {
        switch (asked) {
            case "pass" -> {
                state.renewBatch();
                long start = System.nanoTime();
                state.run();
                double seconds = (System.nanoTime() - start) / 1e9;
                return String.format(
                        Locale.ROOT, "{\"seconds\": %.6f, \"peak_bytes\": %.0f}", seconds, PeakMemory.bytes());
            }
            case "gemm" -> {
                GemmRoofline.Reading reading = state.measureRoofline(WHOLE);
                return String.format(
                        Locale.ROOT,
                        "{\"gflops\": %.3f, \"best_gflops\": %.3f}",
                        reading.flopsPerSecond() / 1e9,
                        reading.bestFlopsPerSecond() / 1e9);
            }
            default -> throw new IllegalArgumentException("Asked for " + asked + "; this knows pass and gemm.");
        }
    }
}
