package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.stream.IntStream;

/**
 * What a pass costs besides its work: the way through Java, JNI and TorchScript and back, and each operator's dispatch.
 *
 * @param callSeconds a call that computes nothing, the median
 * @param operatorSeconds an operator that computes next to nothing; on a GPU with its kernel's launch
 */
public record CallOverhead(double callSeconds, double operatorSeconds) {
    private static final int WARM_UP = 300;
    private static final int CALLS = 200;
    private static final int OPERATORS = 2000;
    private static final int TURNS = 5;

    /**
     * Measures both, in some milliseconds.
     *
     * @param emptyCall a call with the arguments of the pass
     */
    public static CallOverhead measure(LanguageModel model, Runnable emptyCall) {
        IntStream.range(0, WARM_UP).forEach(i -> emptyCall.run());
        double[] calls = IntStream.range(0, CALLS)
                .mapToDouble(i -> seconds(emptyCall))
                .sorted()
                .toArray();
        return new CallOverhead(calls[CALLS / 2], secondsOfAnOperator(model));
    }

    private static double secondsOfAnOperator(LanguageModel model) {
        try (NDArray none = model.place().getManager().create(0f);
                NDArray many = model.place().getManager().create((float) OPERATORS)) {
            NDArray name = LanguageModel.methodName(model.place().getManager(), "tiny_operators");
            NDList nothing = new NDList(model.place(), none, name);
            NDList chain = new NDList(model.place(), many, name);
            double best = Double.POSITIVE_INFINITY;
            double empty = Double.POSITIVE_INFINITY;
            for (int turn = 0; turn < TURNS; turn++) {
                empty = Math.min(empty, seconds(() -> model.run(nothing)));
                best = Math.min(best, seconds(() -> model.run(chain)));
            }
            name.close();
            return Math.max(0, best - empty) / OPERATORS;
        }
    }

    private static double seconds(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds of a pass that runs so many operators. */
    public double of(int operators) {
        return callSeconds + operators * operatorSeconds;
    }
}
