package org.mfujmh.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.engine.CallOverhead;
import org.mfujmh.engine.DecodeSession;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.Torch;
import org.mfujmh.engine.roofline.BandwidthRoofline;
import org.mfujmh.engine.roofline.GemmRoofline;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.profiler.BandwidthReading;
import org.mfujmh.profiler.OverheadReading;
import org.mfujmh.profiler.RooflineReading;
import org.mfujmh.profiler.TimedWindow;
import org.mfujmh.schema.PassParams;
import org.mfujmh.suite.process.ParentWatch;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;

/**
 * A model with its weights and prompts in its KV cache, for one fork, and the work around the timed steps: the proof of
 * work and the compute roofline once before timing, and the bandwidth roofline before and after each iteration.
 */
@State(Scope.Benchmark)
public class DecodeState {

    /** Rows of the matrix products that tell how fast the device computes when memory does not hold it up. */
    private static final int COMPUTE_ROWS = 256;

    private static final int COMPUTE_ROWS_OF_A_GPU = 4096;

    private static final Duration COMPUTE_BUDGET = Duration.ofMillis(500);

    @Param(PassParams.DEFAULT_MODEL)
    public String model;

    @Param(PassParams.DEFAULT_BATCH_SIZE)
    public String batchSize;

    @Param(PassParams.DEFAULT_SEQ_LEN)
    public String seqLen;

    @Param(PassParams.DEFAULT_DTYPE)
    public String dtype;

    @Param(PassParams.DEFAULT_GEMM)
    public String gemm;

    @Param(PassParams.DEFAULT_DEVICE)
    public String device;

    private final PlantedSlowdown planted = PlantedSlowdown.ofThisProcess();
    private String where;
    private LanguageModel gpt;
    private DecodeSession session;
    private BandwidthRoofline bandwidth;
    private RooflineReading.RooflineSpeeds compute;

    /** One timed invocation. */
    public final float run() {
        float result = session.step();
        for (int more = planted.passes(); more > 0; more--) {
            result = session.step();
        }
        return result;
    }

    @Setup(Level.Trial)
    public void build() {
        ParentWatch.start();
        PassParams asked = PassParams.of(Map.of(
                PassParams.MODEL, model,
                PassParams.BATCH_SIZE, batchSize,
                PassParams.SEQ_LEN, seqLen,
                PassParams.DTYPE, dtype,
                PassParams.GEMM, gemm,
                PassParams.DEVICE, device));
        Architecture config = Models.named(asked.model());
        Precision precision = Precision.of(asked.dtype());
        int sequences = asked.sequences();
        where = asked.device().equals(PassParams.AUTO) ? Torch.defaultDevice() : asked.device();
        Gemm way = Gemm.of(asked.gemm());
        if (way == Gemm.AUTO) {
            way = GemmChoice.measure(config, precision, where, sequences).gemm();
        }
        ModelSpec spec = new ModelSpec(config, Program.FUSED, precision, way, Loss.SUM);
        gpt = LanguageModel.loadDecoder(spec, where).drawParameters(LanguageModel.WEIGHTS_SEED);
        // The compute roofline first: next to a cache that just fits, its matrices would not.
        int rows = Math.max(sequences, !where.equals("cpu") ? COMPUTE_ROWS_OF_A_GPU : COMPUTE_ROWS);
        GemmRoofline.Reading reading = new GemmRoofline(gpt, Pass.DECODE, rows).measure(COMPUTE_BUDGET);
        compute = new RooflineReading.RooflineSpeeds(reading.flopsPerSecond(), reading.bestFlopsPerSecond());
        bandwidth = new BandwidthRoofline(gpt);
        session = DecodeSession.random(gpt, sequences, asked.seqLen(), 0);
        ProofOfDecoding.of(gpt, session);
        ProofOfDecoding.ofSynchronisation(gpt, session);
        CallOverhead overhead = CallOverhead.measure(gpt, session::emptyCall);
        OverheadReading.set(overhead.callSeconds(), overhead.operatorSeconds());
        // The memory for drawing weights, proving and choosing does not belong to the steps.
        ResidentMemory.release();
    }

    @Setup(Level.Iteration)
    public void prepare(IterationParams params) {
        RooflineReading.before(compute);
        BandwidthRoofline.Bandwidth read = bandwidth.measure(budget(params));
        BandwidthReading.before(read.bytesPerSecond(), read.bestBytesPerSecond());
        ResidentMemory.release();
        TimedWindow.open(where);
    }

    @TearDown(Level.Iteration)
    public void conclude(IterationParams params) {
        TimedWindow.close();
        RooflineReading.after(compute);
        BandwidthRoofline.Bandwidth read = bandwidth.measure(budget(params));
        BandwidthReading.after(read.bytesPerSecond(), read.bestBytesPerSecond());
    }

    private static Duration budget(IterationParams params) {
        return Duration.ofMillis(params.getTime().convertTo(TimeUnit.MILLISECONDS) / RooflineReading.TIME_FRACTION);
    }

    @TearDown(Level.Trial)
    public void close() {
        if (session != null) {
            session.close();
        }
        if (gpt != null) {
            gpt.close();
        }
    }
}
