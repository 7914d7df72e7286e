package org.mfujmh.suite.tuning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/**
 * The question which backend of {@code fused} is faster for a pass, answered once for all forks.
 *
 * @param sequences the timed sequences, see {@link BackendChoice#timedSequences}
 * @param device {@code cpu} or {@code cuda:N}
 */
public record BackendTuningKey(
        String model, String dtype, String gemm, String loss, String pass, int sequences, int tokens, String device)
        implements TuningKey {

    /**
     * @param one with device and gemm resolved; the largest batch may still stand as {@code max}
     */
    static boolean isAskedBy(Combination one) {
        // One program decodes on every device.
        return one.isPass()
                && !one.passId().equals(Optional.of(PassId.DECODE))
                && (one.asksForLargestBatch() || !one.passParams().isBatchOpen())
                && candidates(one).size() > 1;
    }

    /** The key of a batch that is still to be found. */
    public static BackendTuningKey ofLargestBatch(ModelSpec spec, Pass pass, int tokens, String device) {
        return new BackendTuningKey(
                        spec.config().name(),
                        spec.precision().label(),
                        spec.gemm().label(),
                        spec.loss().label(),
                        pass.label(),
                        1,
                        tokens,
                        device)
                .ofManySequences();
    }

    /** The same with as many sequences as are ever timed: what a batch that is still to be found is taken for. */
    BackendTuningKey ofManySequences() {
        int most = BackendChoice.timedSequences(device, Integer.MAX_VALUE, tokens);
        return new BackendTuningKey(model, dtype, gemm, loss, pass, most, tokens, device);
    }

    /** The backends that can run a pass; none while its device or gemm is open. */
    static List<Backend> candidates(Combination one) {
        PassParams params = one.passParams();
        if (params.isGemmOpen() || params.device().equals(PassParams.AUTO)) {
            return List.of();
        }
        return BackendChoice.candidates(one.spec(), params.device(), params.seqLen());
    }

    public static BackendTuningKey of(Combination one) {
        PassParams params = one.passParams();
        return new BackendTuningKey(
                params.model(),
                params.dtype(),
                params.gemm(),
                params.loss(),
                one.pass().label(),
                BackendChoice.timedSequences(
                        params.device(),
                        one.asksForLargestBatch() ? Integer.MAX_VALUE : params.sequences(),
                        params.seqLen()),
                params.seqLen(),
                params.device());
    }

    /** Inverse of {@link #text}. */
    static BackendTuningKey parse(String text) {
        String[] parts = text.split(":", 8);
        return new BackendTuningKey(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                parts[4],
                Integer.parseInt(parts[5]),
                Integer.parseInt(parts[6]),
                parts[7]);
    }

    @Override
    public String text() {
        return String.join(
                ":", model, dtype, gemm, loss, pass, String.valueOf(sequences), String.valueOf(tokens), device);
    }

    private ModelSpec spec() {
        return new ModelSpec(Models.named(model), Program.FUSED, Precision.of(dtype), Gemm.of(gemm), Loss.of(loss));
    }

    @Override
    public RunProperty property() {
        return RunProperty.BACKEND;
    }

    @Override
    public List<String> ways() {
        return BackendChoice.candidates(spec(), device, tokens).stream()
                .map(Backend::label)
                .toList();
    }

    @Override
    public String inWords(String way) {
        return Backend.of(way).inWords();
    }

    @Override
    public String timed() {
        return "two layers";
    }

    @Override
    public double margin() {
        return BackendChoice.MARGIN;
    }

    /** The question, in words. */
    @Override
    public String question() {
        return "Backend of fused, "
                + String.join(" ", pass, "of", model, dtype, gemm, sequences + " x " + tokens, "tokens")
                + (loss.equals(PassParams.DEFAULT_LOSS) ? "" : ", " + loss);
    }

    /** Measures the backends. */
    @Override
    public TuningAnswer answer() {
        BackendChoice choice = BackendChoice.measure(spec(), Pass.of(pass), device, sequences, tokens);
        Map<String, Double> seconds = new LinkedHashMap<>();
        choice.seconds().forEach((backend, measured) -> seconds.put(backend.label(), measured));
        return new TuningAnswer(choice.backend().label(), seconds);
    }
}
