package org.mfujmh.bench;

import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.TokenBatch;
import org.openjdk.jmh.annotations.Benchmark;

/** Token ids to logits: prefill, without a graph for gradients. */
public class ForwardBenchmark extends PassBenchmark {

    public static class Forward extends ForwardPass {
        @Override
        float run(GptModel gpt, TokenBatch batch) {
            return gpt.forward(batch);
        }
    }

    @Benchmark
    public float forward(Forward state) {
        return state.run();
    }
}
