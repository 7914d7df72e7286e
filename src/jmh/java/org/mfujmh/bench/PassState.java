package org.mfujmh.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.CallOverhead;
import org.mfujmh.engine.GemmChoice;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.engine.Torch;
import org.mfujmh.engine.roofline.GemmRoofline;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
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
 * A model with its weights and a batch, for one fork, and the work around the timed passes: the proof of work once
 * before timing; new token ids before each iteration; and the current roofline before and after it.
 */
@State(Scope.Benchmark)
public abstract class PassState {

    /** The fraction of an iteration's time for each of its two rooflines; together a fifth. */
    static final int ROOFLINE_FRACTION = RooflineReading.TIME_FRACTION;

    @Param(PassParams.DEFAULT_MODEL)
    public String model;

    @Param(PassParams.DEFAULT_BATCH_SIZE)
    public String batchSize;

    @Param(PassParams.DEFAULT_SEQ_LEN)
    public String seqLen;

    @Param(PassParams.DEFAULT_DTYPE)
    public String dtype;

    @Param(PassParams.DEFAULT_PROGRAM)
    public String program;

    @Param(PassParams.DEFAULT_GEMM)
    public String gemm;

    @Param(PassParams.DEFAULT_DEVICE)
    public String device;

    private final PlantedSlowdown planted = PlantedSlowdown.ofThisProcess();
    private PassParams asked;
    private String where;
    private LanguageModel gpt;
    private TokenBatch batch;
    private GemmRoofline roofline;
    private long iteration;
    private double slowestPassSeconds;

    /** The pass that is timed. */
    abstract Pass pass();

    /** The loss of forward + backward. */
    abstract Loss loss();

    /** Batches of the given size whose passes make one invocation. */
    int microBatches() {
        return 1;
    }

    /** Whether the backward pass computes activations a second time. */
    boolean runsBlocksAgain() {
        return false;
    }

    /** What a model needs before its first pass. */
    void begin(LanguageModel gpt) {}

    /**
     * Shows that a pass does its work.
     *
     * @return seconds of one pass, the fork's first and slowest
     * @throws IllegalStateException if it does not
     */
    double prove(LanguageModel gpt, TokenBatch batch) {
        return ProofOfWork.of(this, gpt, batch, asked.sequences(), asked.seqLen());
    }

    /** Runs one pass; @return its fp32 result, which is available only when the device has finished all work. */
    abstract float run(LanguageModel gpt, TokenBatch batch);

    /** One timed invocation. */
    public final float run() {
        float result = run(gpt, batch);
        for (int more = planted.passes(); more > 0; more--) {
            result = run(gpt, batch);
        }
        return result;
    }

    @Setup(Level.Trial)
    public void build() {
        ParentWatch.start();
        asked = asked();
        Architecture config = Models.named(asked.model());
        Precision precision = Precision.of(asked.dtype());
        int sequences = asked.sequences();
        int tokens = asked.seqLen();
        where = asked.device().equals(PassParams.AUTO) ? Torch.defaultDevice() : asked.device();
        Gemm way = Gemm.of(asked.gemm());
        if (way == Gemm.AUTO) {
            way = GemmChoice.measure(config, precision, where, sequences * tokens)
                    .gemm();
        }
        ModelSpec spec = new ModelSpec(config, Program.of(asked.program()), precision, way, loss());
        Backend form = BackendChoice.ofThisProcess(spec, pass(), where, sequences, tokens);
        gpt = LanguageModel.load(spec, where, form).drawParameters(LanguageModel.WEIGHTS_SEED);
        begin(gpt);
        batch = gpt.randomBatch(sequences * microBatches(), tokens, iteration);
        slowestPassSeconds = prove(gpt, batch);
        renewBatch(); // its lists hold the weights, which a proof may have drawn anew
        ProofOfWork.ofSynchronisation(this, gpt, batch);
        gpt.dropResults();
        CallOverhead overhead = CallOverhead.measure(gpt, () -> gpt.empty(batch));
        OverheadReading.set(overhead.callSeconds(), overhead.operatorSeconds());
        roofline = new GemmRoofline(
                gpt, pass(), sequences * tokens, pass() == Pass.PREFILL ? sequences : sequences * tokens);
        // The memory for drawing weights, proving and choosing does not belong to the pass.
        ResidentMemory.release();
    }

    /** JMH sets the fields as text; this converts them to typed parameters. */
    private PassParams asked() {
        return PassParams.of(Map.of(
                PassParams.MODEL, model,
                PassParams.BATCH_SIZE, batchSize,
                PassParams.SEQ_LEN, seqLen,
                PassParams.DTYPE, dtype,
                PassParams.PROGRAM, program,
                PassParams.GEMM, gemm,
                PassParams.DEVICE, device));
    }

    @Setup(Level.Iteration)
    public void prepare(IterationParams params) {
        renewBatch();
        RooflineReading.before(roofline(params));
        TimedWindow.open(where);
    }

    /** Draws new token ids and drops what the previous pass left. */
    public final void renewBatch() {
        iteration++;
        batch.close();
        batch = gpt.randomBatch(asked.sequences() * microBatches(), asked.seqLen(), iteration);
        gpt.dropResults();
    }

    @TearDown(Level.Iteration)
    public void conclude(IterationParams params) {
        TimedWindow.close();
        // At the largest batch that fits, the last pass's memory and the roofline's matrices would not fit together.
        gpt.dropResults();
        RooflineReading.after(roofline(params));
    }

    private RooflineReading.RooflineSpeeds roofline(IterationParams params) {
        double seconds = Math.max(params.getTime().convertTo(TimeUnit.MILLISECONDS) / 1e3, slowestPassSeconds);
        GemmRoofline.Reading reading =
                measureRoofline(Duration.ofMillis(Math.round(1000 * seconds / ROOFLINE_FRACTION)));
        return new RooflineReading.RooflineSpeeds(reading.flopsPerSecond(), reading.bestFlopsPerSecond());
    }

    public final GemmRoofline.Reading measureRoofline(Duration budget) {
        return roofline.measure(budget);
    }

    @TearDown(Level.Trial)
    public void close() {
        if (gpt != null) {
            batch.close();
            gpt.close();
        }
    }
}
