package org.mfujmh.bench;

import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Token ids to a loss, then the gradient of every parameter: a training step without the optimiser. */
public class ForwardBackwardBenchmark extends PassBenchmark {

    public static class ForwardBackward extends PassState {
        @Param(PassParams.DEFAULT_LOSS)
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
        float run(LanguageModel gpt, TokenBatch batch) {
            return gpt.forwardBackward(batch);
        }
    }

    @Benchmark
    public float forwardBackward(ForwardBackward state) {
        return state.run();
    }
}
