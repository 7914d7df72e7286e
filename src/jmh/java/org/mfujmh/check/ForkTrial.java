package org.mfujmh.check;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mfujmh.bench.DecodeState;
import org.mfujmh.bench.ForwardBackwardBenchmark;
import org.mfujmh.bench.ForwardBenchmark;
import org.mfujmh.bench.PassState;
import org.mfujmh.bench.TrainStepBenchmark;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.schema.PassId;
import org.mfujmh.suite.process.ChildJvm;

/**
 * Does once what a fork of the suite does, and answers what memory that took: the search for the largest batch starts it,
 * with the JVM options of a fork and the C library's own way to allocate. The peak is that of the process from its start:
 * of the set-up with the proof of work, of rooflines and of passes.
 */
public final class ForkTrial {
    private static final int ITERATIONS = 2;
    private static final int PASSES = 3;

    /** What an iteration of three seconds, the default, has for each of its rooflines. */
    private static final Duration ROOFLINE = Duration.ofMillis(300);

    private ForkTrial() {}

    /** @param arguments a pass's label, then the parameters of its benchmark, {@code name=value} */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        ChildJvm.answer(() -> answer(words));
    }

    /** In the form of a probe's answer. */
    private static Map<String, Object> answer(List<String> words) {
        Map<String, Object> answer = new LinkedHashMap<>();
        long began = System.nanoTime();
        try {
            run(PassId.labelled(words.get(0)), words.subList(1, words.size()));
            long peak = ResidentMemory.peakBytes();
            answer.put(
                    "use",
                    Map.of("peakBytes", peak, "passPeakBytes", peak, "seconds", (System.nanoTime() - began) / 1e9));
        } catch (Throwable anything) { // Errors such as OutOfMemoryError are outcomes too.
            answer.put("failure", anything.toString());
        }
        return answer;
    }

    private static void run(PassId pass, List<String> params) {
        if (pass == PassId.DECODE) {
            DecodeState state = withParams(new DecodeState(), params);
            state.build();
            for (int i = 0; i < ITERATIONS * PASSES; i++) {
                state.run();
            }
            return;
        }
        PassState state = withParams(state(pass), params);
        state.build();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            state.renewBatch();
            state.measureRoofline(ROOFLINE);
            for (int i = 0; i < PASSES; i++) {
                state.run();
            }
            state.renewBatch(); // drops what the last pass left, as the end of an iteration does
            state.measureRoofline(ROOFLINE);
        }
    }

    private static PassState state(PassId pass) {
        return switch (pass) {
            case FORWARD, PREFILL -> new ForwardBenchmark.Forward();
            case FORWARD_BACKWARD -> new ForwardBackwardBenchmark.ForwardBackward();
            case TRAIN_STEP -> new TrainStepBenchmark.TrainStep();
            case FORWARD_RECORDING, DECODE -> throw new IllegalArgumentException("No trial of " + pass);
        };
    }

    /** Sets the fields of a state, which are parameters, as JMH does. */
    private static <S> S withParams(S state, List<String> params) {
        for (String param : params) {
            String[] words = param.split("=", 2);
            try {
                state.getClass().getField(words[0]).set(state, words[1]);
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(state.getClass() + " has no parameter " + words[0], e);
            }
        }
        return state;
    }
}
