package org.mfujmh.bench;

import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.TokenBatch;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Token ids to logits, recording the graph that a backward pass needs: the forward half of forward + backward. The time
 * of backward alone is the time of both minus the time of this; relative to the plain forward pass, which saves no
 * activations, backward would look slower than it is.
 */
public class ForwardRecordingBenchmark extends PassBenchmark {

    public static class RecordingForward extends ForwardPass {
        @Override
        float run(LanguageModel gpt, TokenBatch batch) {
            return gpt.forwardRecordingGraph(batch);
        }
    }

    @Benchmark
    public float recordingForward(RecordingForward state) {
        return state.run();
    }
}
