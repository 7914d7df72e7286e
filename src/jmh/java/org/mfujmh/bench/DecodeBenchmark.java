package org.mfujmh.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decoding: one invocation makes one new token for each of batchSize sequences that have seqLen tokens in a KV cache. The
 * token is the likeliest after the step before; it always takes the same slot, so that every step does the same work.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 3)
public class DecodeBenchmark {

    @Benchmark
    public float decode(DecodeState state) {
        return state.run();
    }
}
