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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Token ids to logits, recording the graph that a backward pass needs: the forward half of forward +
 * backward. Backward by itself takes the time of both less the time of this; against the plain
 * forward pass, which keeps no activations, backward would look slower than it is.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 3)
public class ForwardRecordingBenchmark {

    public static class RecordingForward extends PassState {
        @Override
        Pass pass() {
            return Pass.FORWARD;
        }

        @Override
        Loss loss() {
            return Loss.SUM;
        }

        @Override
        float run(GptModel gpt, TokenBatch batch) {
            return gpt.forwardRecordingGraph(batch);
        }
    }

    @Benchmark
    public float recordingForward(RecordingForward state) {
        return state.run();
    }
}
