package org.mfujmh.engine;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.RunProperty;

/**
 * Chooses the backend of the fused program for this machine. Which backend is fastest depends on the hardware, so
 * every one that runs here is timed, with a model of the same width and two layers.
 *
 * @param backend the fastest
 * @param seconds what the short model's pass takes in each backend that runs here; empty if there is only one
 */
public record BackendChoice(Backend backend, Map<Backend, Double> seconds) {

    private static final int LAYERS = 2;
    private static final int VOCABULARY = 4096;
    private static final int MOST_TOKENS = 1024;

    /** A few sequences do not fill a GPU, and then measure how fast it is called. */
    private static final int MOST_TOKENS_OF_A_GPU = 32_768;

    private static final int ROUNDS = 4;

    /**
     * Autograd must be faster by this factor in every round. The short model leaves out most of the head, where the
     * handwritten backends gain most, and a choice made in a noisy moment holds for all forks of a suite.
     */
    public static final double MARGIN = 1.05;

    /**
     * Of these sequences cuDNN before 9.15.1 reads beyond the end, which its callers in PyTorch avoid (pytorch issue
     * 169849); here it is called directly.
     */
    private static final int CUDNN_TOKENS = 128;

    /** The backends that may run a pass of so many tokens a sequence, the one expected to be fastest first. */
    public static List<Backend> candidates(ModelSpec spec, String device, int tokens) {
        return Backend.candidates(spec.config(), spec.program(), spec.precision(), spec.gemm(), device).stream()
                .filter(backend -> backend != Backend.CUDNN || tokens % CUDNN_TOKENS == 0)
                .toList();
    }

    /** The backend that {@link RunProperty#BACKEND} names in this process; if it names none, the fastest measured. */
    public static Backend ofThisProcess(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        return namedAmong(candidates(spec, device, tokens))
                .orElseGet(() -> measure(spec, pass, device, sequences, tokens).backend());
    }

    private static Optional<Backend> namedAmong(List<Backend> candidates) {
        return RunProperty.BACKEND
                .ofThisProcess()
                .filter(label -> !label.isEmpty())
                .map(Backend::of)
                .filter(candidates::contains);
    }

    /** JVM options with which a child process has the backend that this process names. */
    public static List<String> childOptions() {
        return RunProperty.BACKEND.ofThisProcess().map(RunProperty.BACKEND::argument).stream()
                .toList();
    }

    /**
     * For a pass that is not timed: the backend that {@link RunProperty#BACKEND} names in this process, else the first
     * candidate that runs on this device with heads of the model's width.
     */
    public static Backend expected(ModelSpec spec, String device, int tokens) {
        List<Backend> candidates = candidates(spec, device, tokens);
        Optional<Backend> named = namedAmong(candidates);
        if (named.isPresent() || device.equals("cpu")) {
            return named.orElse(candidates.get(0));
        }
        ModelSpec tiny = new ModelSpec(
                spec.config().cut(1, VOCABULARY), spec.program(), spec.precision(), spec.gemm(), spec.loss());
        return candidates.stream()
                .filter(backend -> backend == Backend.AUTOGRAD || runs(tiny, device, backend))
                .findFirst()
                .orElse(Backend.AUTOGRAD);
    }

    private static boolean runs(ModelSpec spec, String device, Backend backend) {
        try (LanguageModel model = LanguageModel.load(spec, device, backend).drawParameters(1);
                TokenBatch batch = model.randomBatch(
                        1, Math.min(CUDNN_TOKENS, spec.config().context()), 1)) {
            return Float.isFinite(model.forwardBackward(batch));
        } catch (EngineException missing) {
            return false;
        }
    }

    /** Times every backend that runs here; takes some seconds. */
    public static BackendChoice measure(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        List<Backend> candidates = candidates(spec, device, tokens);
        if (candidates.size() == 1) {
            return new BackendChoice(candidates.get(0), Map.of());
        }
        Architecture config = spec.config();
        Architecture small = config.cut(LAYERS, VOCABULARY);
        ModelSpec shortened = new ModelSpec(small, spec.program(), spec.precision(), spec.gemm(), spec.loss());
        int timedSequences = timedSequences(device, sequences, tokens);
        List<Timed> timed = new ArrayList<>();
        try {
            for (Backend backend : candidates) {
                Timed.of(backend, shortened, pass, device, timedSequences, tokens)
                        .ifPresent(timed::add);
            }
            // Interleaved, so that background load that comes and goes slows all of them.
            for (int round = 0; round < ROUNDS; round++) {
                timed.forEach(one -> one.time(pass));
            }
            return fastest(timed);
        } finally {
            timed.forEach(Timed::close);
        }
    }

    private static BackendChoice fastest(List<Timed> timed) {
        Map<Backend, Double> seconds = new EnumMap<>(Backend.class);
        timed.forEach(one -> seconds.put(one.backend, Collections.min(one.seconds)));
        Timed plain = timed.get(timed.size() - 1);
        Timed best = plain;
        for (Timed one : timed) {
            boolean slowerInEveryRound = true;
            for (int round = 0; round < ROUNDS; round++) {
                slowerInEveryRound &= one.seconds.get(round) > plain.seconds.get(round) * MARGIN;
            }
            if (one != plain
                    && !slowerInEveryRound
                    && (best == plain || seconds.get(one.backend) < seconds.get(best.backend))) {
                best = one;
            }
        }
        return new BackendChoice(best.backend, seconds);
    }

    /** A short model in one backend, its batch, and what its passes took. */
    private static final class Timed {
        private final Backend backend;
        private final LanguageModel model;
        private final TokenBatch batch;
        private final List<Double> seconds = new ArrayList<>();

        private Timed(Backend backend, LanguageModel model, TokenBatch batch) {
            this.backend = backend;
            this.model = model;
            this.batch = batch;
        }

        /** Empty if this libtorch or this device lacks the backend's operators for a batch of this shape. */
        static Optional<Timed> of(
                Backend backend, ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
            Timed one = null;
            try {
                LanguageModel model = LanguageModel.load(spec, device, backend).drawParameters(1);
                one = new Timed(backend, model, model.randomBatch(sequences, tokens, 1));
                one.run(pass); // Warms up: touches the memory that later passes use.
                return Optional.of(one);
            } catch (EngineException missing) {
                if (one != null) {
                    one.close();
                }
                if (backend == Backend.AUTOGRAD) {
                    throw missing;
                }
                return Optional.empty();
            }
        }

        void time(Pass pass) {
            long start = System.nanoTime();
            run(pass);
            seconds.add((System.nanoTime() - start) / 1e9);
        }

        private void run(Pass pass) {
            if (pass == Pass.PREFILL) {
                model.forwardLast(batch);
            } else if (!pass.computesGradients()) {
                model.forward(batch);
            } else {
                model.forwardBackward(batch);
            }
        }

        void close() {
            batch.close();
            model.close();
        }
    }

    /** How many sequences of a batch are timed. Batches with the same number share an answer. */
    public static int timedSequences(String device, int sequences, int tokens) {
        int most = device.equals("cpu") ? MOST_TOKENS : MOST_TOKENS_OF_A_GPU;
        return Math.max(1, Math.min(sequences, most / tokens));
    }
}
