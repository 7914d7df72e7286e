package org.mfujmh.bench;

import java.util.concurrent.atomic.AtomicInteger;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.TokenBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A forward pass on an engine that comes back before its work is done, as a GPU would if nobody waited for it. A CPU
 * always waits, so here it does the pass for the proof of work, which on a GPU would see every product launched too,
 * and afterwards only says that it has.
 */
@Fork(1)
@Warmup(iterations = 1, time = 1)
public class Unsynchronised {

    public static class Forward extends PassBenchmark.ForwardPass {
        /** A test's benchmark is taken for a pass only where it asks to be. */
        @Param("forward")
        public String measuredAs;

        private final AtomicInteger passes = new AtomicInteger();

        @Override
        float run(LanguageModel gpt, TokenBatch batch) {
            return passes.getAndIncrement() == 0 ? gpt.forward(batch) : 0;
        }
    }

    @Benchmark
    public float forward(Forward state) {
        return state.run();
    }
}
