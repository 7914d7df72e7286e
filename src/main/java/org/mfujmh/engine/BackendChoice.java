package org.mfujmh.engine;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.model.Backend;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.schema.RunProperty;

/**
 * In which form the fused program runs on this machine. Which is faster depends on how the machine multiplies, so
 * all that run here are timed, with a model of the same width and two layers.
 *
 * @param backend the fastest
 * @param seconds of the short model's pass in each form that runs here; empty where there was nothing to measure
 */
public record BackendChoice(Backend backend, Map<Backend, Double> seconds) {

    private static final int LAYERS = 2;
    private static final int VOCABULARY = 4096;
    private static final int MOST_TOKENS = 1024;

    /** A GPU takes as long for one sequence as for four: as many as fill it are timed. */
    private static final int MOST_TOKENS_OF_A_GPU = 32_768;

    private static final int ROUNDS = 4;

    /**
     * The plain form has to be faster by this in every round. The short model leaves out most of the head, where by
     * hand gains most, and a choice made in a noisy moment stays for all forks of a suite.
     */
    private static final double MARGIN = 1.05;

    private static List<Backend> candidates(ModelSpec spec, String device) {
        return Backend.candidates(spec.program(), spec.precision(), spec.gemm(), device);
    }

    /** The form that this process was started for by {@link RunProperty#BACKEND}; where it was for none, what is measured. */
    public static Backend ofThisProcess(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        String told = RunProperty.BACKEND.ofThisProcess().orElse("");
        return !told.isEmpty() && candidates(spec, device).contains(Backend.of(told))
                ? Backend.of(told)
                : measure(spec, pass, device, sequences, tokens).backend();
    }

    /** The form that is expected to be the fastest and runs on this device: for a pass that is not timed. */
    public static Backend expected(ModelSpec spec, String device) {
        List<Backend> candidates = candidates(spec, device);
        if (device.equals("cpu")) {
            return candidates.get(0);
        }
        ModelSpec tiny =
                new ModelSpec(GptConfig.named("gpt-tiny"), spec.program(), spec.precision(), spec.gemm(), spec.loss());
        return candidates.stream()
                .filter(form -> form == Backend.AUTOGRAD || runs(tiny, device, form))
                .findFirst()
                .orElse(Backend.AUTOGRAD);
    }

    private static boolean runs(ModelSpec spec, String device, Backend form) {
        try (GptModel model = GptModel.load(spec, device, form).drawParameters(1);
                TokenBatch batch = model.randomBatch(1, spec.config().context(), 1)) {
            return Float.isFinite(model.forwardBackward(batch));
        } catch (EngineException missing) {
            return false;
        }
    }

    /** Measures all forms that run here, some seconds. */
    public static BackendChoice measure(ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
        List<Backend> candidates = candidates(spec, device);
        if (candidates.size() == 1) {
            return new BackendChoice(candidates.get(0), Map.of());
        }
        GptConfig config = spec.config();
        GptConfig small = new GptConfig(
                "short",
                Math.min(LAYERS, config.layers()),
                config.width(),
                config.heads(),
                Math.min(VOCABULARY, config.vocabulary()),
                config.context());
        ModelSpec shortened = new ModelSpec(small, spec.program(), spec.precision(), spec.gemm(), Loss.SUM);
        int timed = timedSequences(device, sequences, tokens);
        List<Timed> forms = new ArrayList<>();
        try {
            for (Backend form : candidates) {
                Timed.of(form, shortened, pass, device, timed, tokens).ifPresent(forms::add);
            }
            // By turns, so that a neighbour who comes and goes is beside all.
            for (int round = 0; round <= ROUNDS; round++) {
                for (Timed one : forms) {
                    one.run(pass, round);
                }
            }
            return fastest(forms);
        } finally {
            forms.forEach(Timed::close);
        }
    }

    private static BackendChoice fastest(List<Timed> forms) {
        Map<Backend, Double> seconds = new EnumMap<>(Backend.class);
        forms.forEach(one -> seconds.put(one.form, Collections.min(one.seconds)));
        Timed plain = forms.get(forms.size() - 1);
        Timed best = plain;
        for (Timed one : forms) {
            boolean slowerInEveryRound = true;
            for (int round = 0; round < ROUNDS; round++) {
                slowerInEveryRound &= one.seconds.get(round) > plain.seconds.get(round) * MARGIN;
            }
            if (one != plain
                    && !slowerInEveryRound
                    && (best == plain || seconds.get(one.form) < seconds.get(best.form))) {
                best = one;
            }
        }
        return new BackendChoice(best.form, seconds);
    }

    /** A short model in one form, its batch, and what its passes took. */
    private static final class Timed {
        private final Backend form;
        private final GptModel model;
        private final TokenBatch batch;
        private final List<Double> seconds = new ArrayList<>();

        private Timed(Backend form, GptModel model, TokenBatch batch) {
            this.form = form;
            this.model = model;
            this.batch = batch;
        }

        /** Nothing where this libtorch or this device lacks the form's operators, for a batch of this shape. */
        static Optional<Timed> of(Backend form, ModelSpec spec, Pass pass, String device, int sequences, int tokens) {
            Timed one = null;
            try {
                GptModel model = GptModel.load(spec, device, form).drawParameters(1);
                one = new Timed(form, model, model.randomBatch(sequences, tokens, 1));
                one.run(pass, 0); // Touches the memory that later passes find touched.
                return Optional.of(one);
            } catch (EngineException missing) {
                if (one != null) {
                    one.close();
                }
                if (form == Backend.AUTOGRAD) {
                    throw missing;
                }
                return Optional.empty();
            }
        }

        /** The first round does not count. */
        void run(Pass pass, int round) {
            long start = System.nanoTime();
            if (pass == Pass.FORWARD) {
                model.forward(batch);
            } else {
                model.forwardBackward(batch);
            }
            if (round > 0) {
                seconds.add((System.nanoTime() - start) / 1e9);
            }
        }

        void close() {
            batch.close();
            model.close();
        }
    }

    /** Of a batch, as many sequences as are timed: batches with as many have the same answer. */
    public static int timedSequences(String device, int sequences, int tokens) {
        int most = device.equals("cpu") ? MOST_TOKENS : MOST_TOKENS_OF_A_GPU;
        return Math.max(1, Math.min(sequences, most / tokens));
    }
}
