package org.mfujmh.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.Torch;
import org.mfujmh.engine.roofline.SingleProduct;
import org.mfujmh.model.Architecture;
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

/** One matrix product of the model at a time: every linear layer, forward (y) and backward (dx, dw). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class GemmBenchmark {

    @Param(PassParams.DEFAULT_MODEL)
    public String model;

    @Param(PassParams.DEFAULT_BATCH_SIZE)
    public String batchSize;

    @Param(PassParams.DEFAULT_SEQ_LEN)
    public String seqLen;

    @Param(PassParams.DEFAULT_DTYPE)
    public String dtype;

    /** {@code native}: in the precision itself; {@code upcast}: in fp32. */
    @Param(PassParams.DEFAULT_GEMM)
    public String gemm;

    @Param(PassParams.DEFAULT_DEVICE)
    public String device;

    @Param({"attention.qkv", "attention.out", "mlp.up", "mlp.down", "head"})
    public String layer;

    @Param({"y", "dx", "dw"})
    public String product;

    private LanguageModel gpt;
    private SingleProduct single;

    @Setup(Level.Trial)
    public void build() {
        ParentWatch.start();
        Architecture config = Models.named(model);
        ModelSpec spec = new ModelSpec(config, Program.FUSED, Precision.of(dtype), Gemm.NATIVE, Loss.SUM);
        PassParams asked = PassParams.of(Map.of(PassParams.BATCH_SIZE, batchSize, PassParams.SEQ_LEN, seqLen));
        int rows = asked.sequences() * asked.seqLen();
        gpt = LanguageModel.load(spec, device.equals(PassParams.AUTO) ? Torch.defaultDevice() : device)
                .drawParameters(0);
        String weight = layer.equals("head") ? "head.weight" : "blocks.0." + layer + ".weight";
        single = SingleProduct.of(gpt, weight, rows, Gemm.of(gemm) == Gemm.UPCAST, List.of(product));
    }

    @Benchmark
    public float multiply() {
        return single.run(product);
    }

    @TearDown(Level.Trial)
    public void close() {
        single.close();
        gpt.close();
    }
}
