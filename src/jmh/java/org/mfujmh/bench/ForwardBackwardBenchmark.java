package org.mfujmh.bench;

import java.util.concurrent.TimeUnit;
import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.gpt.Loss;
import org.mfujmh.gpt.Pass;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/** Token ids to a loss, and from it the gradient of every parameter: a training step without its optimiser. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 3)
public class ForwardBackwardBenchmark {

    public static class ForwardBackward extends PassState {
        @Param("sum")
        public String loss;

        @Override
        Pass pass() {
            return Pass.FORWARD_BACKWARD;
        }

        @Override
        Loss loss() {
            return Loss.of(loss);
        }

        @Override
        float run(GptModel gpt, TokenBatch batch) {
            return gpt.forwardBackward(batch);
        }
    }

    @Benchmark
    public float forwardBackward(ForwardBackward state) {
        return state.run();
    }
}
