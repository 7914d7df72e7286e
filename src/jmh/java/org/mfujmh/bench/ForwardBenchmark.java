package org.mfujmh.bench;

import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Logits;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.PassParams;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Token ids to logits, without a graph for gradients: of every token; or of each sequence's last token, as inference
 * does with a prompt.
 */
public class ForwardBenchmark extends PassBenchmark {

    public static class Forward extends ForwardPass {
        @Param(PassParams.DEFAULT_LOGITS)
        public String logits = PassParams.DEFAULT_LOGITS;

        @Override
        Pass pass() {
            return Logits.of(logits) == Logits.LAST ? Pass.PREFILL : Pass.FORWARD;
        }

        @Override
        float run(LanguageModel gpt, TokenBatch batch) {
            return logits.equals(PassParams.LAST_LOGITS) ? gpt.forwardLast(batch) : gpt.forward(batch);
        }
    }

    @Benchmark
    public float forward(Forward state) {
        return state.run();
    }
}
