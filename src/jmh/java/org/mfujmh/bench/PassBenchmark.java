package org.mfujmh.bench;

import java.util.concurrent.TimeUnit;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** The default timing of a pass, shared by the benchmarks, each of which only says what runs. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 3)
abstract class PassBenchmark {

    /** A pass that computes no gradients, whether or not it saves activations for them. */
    public abstract static class ForwardPass extends PassState {
        @Override
        Pass pass() {
            return Pass.FORWARD;
        }

        @Override
        Loss loss() {
            return Loss.SUM;
        }
    }
}
