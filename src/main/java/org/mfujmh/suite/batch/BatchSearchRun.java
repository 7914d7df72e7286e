package org.mfujmh.suite.batch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.device.Device;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.gpu.UnidentifiedGpu;
import org.mfujmh.device.machine.Machine;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.EngineJvm;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.installed.TorchInUse;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.ForkMemory;
import org.mfujmh.search.LargestBatch;
import org.mfujmh.search.MemoryLimit;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.process.SuiteLock;
import org.mfujmh.suite.run.ForkJvmOptions;
import org.mfujmh.suite.tuning.BackendTuningKey;
import org.mfujmh.suite.tuning.EngineProbe;
import org.mfujmh.suite.tuning.GemmTuningKey;

/** Searches for the largest batch on this machine: resolves {@code auto} and reports progress. */
public final class BatchSearchRun {

    /**
     * The parameters of a search.
     *
     * @param step of a training step, how it is done besides a forward and backward pass
     * @param tokens tokens per sequence
     * @param gemm may be {@code AUTO}, in which case both ways are measured first
     * @param device {@code auto}, {@code cpu} or {@code cuda:N}
     * @param limitBytes the user's limit, if any
     * @param timeout the minimum timeout of a probe
     */
    public record Request(
            Architecture model,
            Pass pass,
            Optional<TrainingStep> step,
            int tokens,
            Precision precision,
            Program program,
            Gemm gemm,
            Loss loss,
            String device,
            Optional<Long> limitBytes,
            Duration timeout) {}

    /**
     * The result of a search, and where it ran.
     *
     * @param deviceName the name of the CPU or GPU
     * @param fork the largest batch of which a fork of the suite fits, if that was asked for and a batch was found
     */
    public record FoundBatch(
            SearchResult result, MemoryLimit limit, String deviceName, Optional<ForkMemory.Fitted> fork) {}

    private BatchSearchRun() {}

    /**
     * Runs a search on its own, holding the machine's lock like a suite.
     *
     * @param forks whether the suite is to measure what is found, whose forks take more than the pass
     * @param progress receives a line for each probe
     */
    public static FoundBatch run(Request request, boolean forks, PrintStream progress) {
        TorchInUse.prepare(progress);
        Machine machine = Machine.detect();
        if (ModelMemory.isOfTheHost(request.device(), machine)) {
            requireFits(request, MemoryLimit.onCpu(machine.cpu(), request.limitBytes()));
        }
        try (SuiteLock lock = SuiteLock.take(request.device(), machine, progress)) {
            progress.println("Querying libtorch about this machine ...");
            GemmTuningKey question = new GemmTuningKey(
                    request.model().name(),
                    request.precision().label(),
                    // A decoding step multiplies one token of each sequence, of which there may be few.
                    request.pass() == Pass.DECODE ? 1 : request.tokens(),
                    request.device());
            Map<DeviceDefaults, List<GemmTuningKey>> questions = new EnumMap<>(DeviceDefaults.class);
            if (request.gemm() == Gemm.AUTO) {
                DeviceDefaults.possible(request.device()).forEach(kind -> questions.put(kind, List.of(question)));
            }
            List<String> jvmArgs = new ArrayList<>(List.of("-Xmx1g"));
            jvmArgs.addAll(EngineJvm.options());
            EngineProbe.EngineInfo engine;
            ProbedPass probed;
            List<String> backend;
            try (EngineProbe probe = new EngineProbe()) {
                engine = probe.ask(request.device(), questions, jvmArgs);
                Gemm gemm = request.gemm() == Gemm.AUTO
                        ? Gemm.of(engine.gemm()
                                .get(question.on(engine.device()).text())
                                .label())
                        : request.gemm();
                ModelSpec spec =
                        new ModelSpec(request.model(), request.program(), request.precision(), gemm, request.loss());
                probed = new ProbedPass(spec, request.pass(), request.step(), request.tokens(), engine.device());
                backend = backend(probe, probed, jvmArgs, progress);
            }
            MemoryLimit limit = limit(engine, machine, request.limitBytes());
            requireFits(request, limit);
            SearchResult result = search(probed, limit, request.timeout(), backend, progress);
            return new FoundBatch(
                    result,
                    limit,
                    machine.deviceNamed(engine.device()).name(),
                    forks && result.largestBatch().isPresent()
                            ? Optional.of(ofForks(result, limit, request.timeout(), backend, progress))
                            : Optional.empty());
        }
    }

    private static void requireFits(Request request, MemoryLimit limit) {
        ModelMemory.require(
                request.model(),
                request.step().isPresent()
                        ? MemoryPass.TRAIN_STEP
                        : MemoryPass.of(request.pass().label()),
                request.step(),
                request.precision(),
                limit.bytes(),
                limit.reason());
    }

    /** Runs a search when the machine is already locked and identified. */
    static SearchResult search(
            ProbedPass probed, MemoryLimit limit, Duration timeout, List<String> backend, PrintStream progress) {
        SearchProgress shown = new SearchProgress(probed, progress);
        shown.start(limit, LargestBatch.guardInWords(probed));
        return LargestBatch.find(probed, limit, timeout, shown, backend);
    }

    /**
     * The largest batch of which a whole fork fits. On a GPU the search's: forks get no more than the card has either,
     * and libtorch's allocator gives back what it keeps where there is a lack of memory.
     */
    static ForkMemory.Fitted ofForks(
            SearchResult result, MemoryLimit limit, Duration timeout, List<String> backend, PrintStream progress) {
        if (!result.probed().device().equals("cpu")) {
            return new ForkMemory.Fitted(result.largestBatch(), 0, "");
        }
        progress.println("  The pass alone: " + result.largestBatch().getAsInt()
                + ". A fork takes more: it proves its work, measures rooflines and keeps freed memory.");
        List<String> options = new ArrayList<>(ForkJvmOptions.defaults());
        options.addAll(BackendChoice.childOptions());
        options.addAll(backend);
        return ForkMemory.fit(
                result,
                limit,
                options,
                timeout,
                (batch, outcome) -> progress.println(SearchProgress.ofFork(batch, outcome)));
    }

    /** The backend in which the suite would measure the pass, as a JVM option; none where there is no choice. */
    private static List<String> backend(
            EngineProbe probe, ProbedPass probed, List<String> jvmArgs, PrintStream progress) {
        BackendTuningKey key =
                BackendTuningKey.ofLargestBatch(probed.spec(), probed.pass(), probed.tokens(), probed.device());
        boolean named = RunProperty.BACKEND.ofThisProcess().isPresent();
        if (named
                || probed.pass() == Pass.DECODE
                || BackendChoice.candidates(probed.spec(), probed.device(), probed.tokens())
                                .size()
                        < 2) {
            return List.of();
        }
        String label = probe.tuned(List.of(key), jvmArgs).get(key).label();
        progress.println(key.question() + ": " + key.inWords(label));
        return List.of(RunProperty.BACKEND.argument(label));
    }

    static MemoryLimit limit(EngineProbe.EngineInfo engine, Machine machine, Optional<Long> asked) {
        Device device = machine.deviceNamed(engine.device());
        if (device instanceof UnidentifiedGpu unknown) {
            return MemoryLimit.on(unknown, asked);
        }
        return device instanceof Gpu gpu ? MemoryLimit.onGpu(gpu, asked) : MemoryLimit.onCpu(machine.cpu(), asked);
    }
}
