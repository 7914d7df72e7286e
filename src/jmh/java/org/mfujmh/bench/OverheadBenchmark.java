package org.mfujmh.bench;

import java.util.concurrent.TimeUnit;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.Torch;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.process.ParentWatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The overhead of DJL and JNI: an empty call with the arguments of a forward pass, including all parameters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class OverheadBenchmark {

    @Param(PassParams.DEFAULT_MODEL)
    public String model;

    @Param(PassParams.DEFAULT_DTYPE)
    public String dtype;

    @Param(PassParams.DEFAULT_PROGRAM)
    public String program;

    @Param(PassParams.DEFAULT_DEVICE)
    public String device;

    private LanguageModel gpt;
    private TokenBatch batch;

    @Setup(Level.Trial)
    public void build() {
        ParentWatch.start();
        ModelSpec spec =
                new ModelSpec(Models.named(model), Program.of(program), Precision.of(dtype), Gemm.NATIVE, Loss.SUM);
        gpt = LanguageModel.load(spec, device.equals(PassParams.AUTO) ? Torch.defaultDevice() : device)
                .drawParameters(0);
        batch = gpt.randomBatch(1, 1, 0);
    }

    @Benchmark
    public float emptyCall() {
        return gpt.empty(batch);
    }

    @TearDown(Level.Trial)
    public void close() {
        batch.close();
        gpt.close();
    }
}
