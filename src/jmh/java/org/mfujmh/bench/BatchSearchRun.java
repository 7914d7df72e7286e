package org.mfujmh.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.device.Gpu;
import org.mfujmh.device.Machine;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.gpt.Gemm;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Loss;
import org.mfujmh.gpt.Pass;
import org.mfujmh.gpt.Precision;
import org.mfujmh.gpt.Program;
import org.mfujmh.search.LargestBatch;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;

/** The search for the largest batch, on this machine: settles what says {@code auto}, tells how it goes. */
public final class BatchSearchRun {

    /**
     * What is asked for.
     *
     * @param tokens in a sequence
     * @param gemm may be {@code AUTO}: then both ways are measured first
     * @param device {@code auto}, {@code cpu} or {@code cuda:N}
     * @param limitBytes the user's own limit
     * @param timeout for a probe, at least
     */
    public record Request(
            GptConfig model,
            Pass pass,
            int tokens,
            Precision precision,
            Program program,
            Gemm gemm,
            Loss loss,
            String device,
            Optional<Long> limitBytes,
            Duration timeout) {}

    /**
     * What was found, and where.
     *
     * @param deviceName the CPU's or the GPU's own
     */
    public record Answer(SearchResult result, MemoryLimit limit, String deviceName) {}

    private BatchSearchRun() {}

    /**
     * Searches by itself, alone on the machine as a suite is.
     *
     * @param progress where each probe is told
     */
    public static Answer run(Request request, PrintStream progress) {
        TorchInUse.prepare(progress);
        Machine machine = Machine.detect();
        try (SuiteLock lock = SuiteLock.take(request.device(), machine, progress)) {
            progress.println("Asking libtorch about this machine ...");
            GemmQuestion question = new GemmQuestion(
                    request.model().name(), request.precision().label(), Math.min(256, request.tokens()));
            Map<DeviceDefaults, List<GemmQuestion>> questions = new EnumMap<>(DeviceDefaults.class);
            if (request.gemm() == Gemm.AUTO) {
                DeviceDefaults.possible(request.device()).forEach(kind -> questions.put(kind, List.of(question)));
            }
            List<String> jvmArgs = new ArrayList<>(List.of("-Xmx1g"));
            jvmArgs.addAll(EngineJvm.options());
            EngineProbe.Answer engine = EngineProbe.ask(request.device(), questions, jvmArgs);
            Gemm gemm = request.gemm() == Gemm.AUTO
                    ? Gemm.of(engine.gemm().get(question.text()).gemm())
                    : request.gemm();
            ModelSpec spec =
                    new ModelSpec(request.model(), request.program(), request.precision(), gemm, request.loss());
            ProbedPass probed = new ProbedPass(spec, request.pass(), request.tokens(), engine.device());
            MemoryLimit limit = limit(engine, machine, request.limitBytes());
            return new Answer(
                    search(probed, limit, request.timeout(), progress),
                    limit,
                    Provenance.device(engine, machine).name());
        }
    }

    /** Searches where the machine is held and known already. */
    static SearchResult search(ProbedPass probed, MemoryLimit limit, Duration timeout, PrintStream progress) {
        SearchProgress told = new SearchProgress(probed, progress);
        told.start(limit, LargestBatch.guardInWords(probed));
        return LargestBatch.find(probed, limit, timeout, told);
    }

    static MemoryLimit limit(EngineProbe.Answer engine, Machine machine, Optional<Long> asked) {
        return Provenance.device(engine, machine) instanceof Gpu gpu
                ? MemoryLimit.onGpu(gpu, asked)
                : MemoryLimit.onCpu(machine.cpu(), asked);
    }
}
