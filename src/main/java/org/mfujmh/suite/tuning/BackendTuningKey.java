package org.mfujmh.suite.tuning;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.GptConfig;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.results.Entry;
import org.mfujmh.suite.plan.Combination;

/**
 * Asks which backend of {@code fused} is faster for a pass; the machine answers once for all forks.
 *
 * @param sequences that are timed, see {@link BackendChoice#timedSequences}
 */
public record BackendTuningKey(String model, String dtype, String gemm, String pass, int sequences, int tokens) {

    /** The faster backend, and what each was measured to take. The JSON keeps the names that older builds use. */
    public record BackendTiming(
            @JsonProperty("form") String backend,
            @JsonProperty("handSeconds") double handwrittenSeconds,
            @JsonProperty("plainSeconds") double autogradSeconds) {

        public static BackendTiming of(BackendChoice choice) {
            return new BackendTiming(choice.form().label(), choice.handSeconds(), choice.plainSeconds());
        }

        String describe() {
            return String.format(
                    Locale.ROOT,
                    "%s (measured with two layers: by hand %,.1f ms, plain %,.1f ms)",
                    Backend.of(backend).inWords(),
                    1e3 * handwrittenSeconds,
                    1e3 * autogradSeconds);
        }
    }

    /** @param one with its device, gemm and batch settled */
    static boolean isAskedBy(Combination one) {
        return one.isPass()
                && BackendChoice.isOpen(Program.of(one.param("program", "")), one.param("device", "auto"))
                && one.param("batchSize", "").matches("[0-9]+");
    }

    public static BackendTuningKey of(Combination one) {
        int tokens = Integer.parseInt(one.param("seqLen", ""));
        return new BackendTuningKey(
                one.param("model", ""),
                one.param("dtype", "bf16"),
                one.param("gemm", "native"),
                one.pass().label(),
                BackendChoice.timedSequences(Integer.parseInt(one.param("batchSize", "")), tokens),
                tokens);
    }

    /** Whether a result is of a pass to which the answer to this applies. */
    boolean isAskedBy(Entry entry) {
        Combination one = new Combination(entry.benchmark(), entry.params());
        return isAskedBy(one) && of(one).equals(this);
    }

    /** Inverse of {@link #text}. */
    static BackendTuningKey parse(String text) {
        String[] parts = text.split(":", 6);
        return new BackendTuningKey(
                parts[0], parts[1], parts[2], parts[3], Integer.parseInt(parts[4]), Integer.parseInt(parts[5]));
    }

    /** In one word, for a command line. */
    String text() {
        return String.join(":", model, dtype, gemm, pass, String.valueOf(sequences), String.valueOf(tokens));
    }

    String inWords() {
        return String.join(" ", pass, "of", model, dtype, gemm, sequences + " x " + tokens, "tokens");
    }

    /** Measures. */
    public BackendChoice answer() {
        ModelSpec spec =
                new ModelSpec(GptConfig.named(model), Program.FUSED, Precision.of(dtype), Gemm.of(gemm), Loss.SUM);
        return BackendChoice.measure(spec, Pass.of(pass), "cpu", sequences, tokens);
    }
}
