package org.mfujmh.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mfujmh.engine.FormChoice;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.gpt.Form;
import org.mfujmh.gpt.Gemm;
import org.mfujmh.gpt.GptConfig;
import org.mfujmh.gpt.Loss;
import org.mfujmh.gpt.Pass;
import org.mfujmh.gpt.Precision;
import org.mfujmh.gpt.Program;
import org.mfujmh.results.Entry;

/**
 * In which form a fused pass is faster: a question to the machine, asked once for all forks.
 *
 * @param sequences that are timed, see {@link FormChoice#timedSequences}
 * @param device {@code cpu} or {@code cuda:N}
 */
record FormQuestion(String model, String dtype, String gemm, String pass, int sequences, int tokens, String device) {

    /**
     * The answer, with what it is known by.
     *
     * @param seconds of a pass of a short model, by form
     */
    record Answer(String form, Map<String, Double> seconds) {

        static Answer of(FormChoice choice) {
            Map<String, Double> seconds = new LinkedHashMap<>();
            choice.seconds().forEach((form, measured) -> seconds.put(form.label(), measured));
            return new Answer(choice.form().label(), seconds);
        }

        String describe() {
            String measured = seconds.entrySet().stream()
                    .map(one -> String.format(
                            Locale.ROOT, "%s %,.1f ms", Form.of(one.getKey()).inWords(), 1e3 * one.getValue()))
                    .collect(Collectors.joining(", "));
            return Form.of(form).inWords()
                    + (seconds.isEmpty() ? " (there is one only)" : " (measured with two layers: " + measured + ")");
        }
    }

    /** @param one with its device, gemm and batch settled */
    static boolean isAskedBy(Combination one) {
        return one.isPass()
                && one.param("batchSize", "").matches("[0-9]+")
                && !one.param("device", "auto").equals("auto")
                && !one.param("gemm", "auto").equals("auto")
                && Form.candidates(
                                        Program.of(one.param("program", "")),
                                        Precision.of(one.param("dtype", "bf16")),
                                        Gemm.of(one.param("gemm", "")),
                                        one.param("device", ""))
                                .size()
                        > 1;
    }

    static FormQuestion of(Combination one) {
        int tokens = Integer.parseInt(one.param("seqLen", ""));
        return new FormQuestion(
                one.param("model", ""),
                one.param("dtype", "bf16"),
                one.param("gemm", "native"),
                one.pass().label(),
                FormChoice.timedSequences(
                        one.param("device", ""), Integer.parseInt(one.param("batchSize", "")), tokens),
                tokens,
                one.param("device", ""));
    }

    /** Whether a result is of a pass to which the answer to this applies. */
    boolean isAskedBy(Entry entry) {
        Combination one = new Combination(entry.benchmark(), entry.params());
        return isAskedBy(one) && of(one).equals(this);
    }

    /** Inverse of {@link #text}. */
    static FormQuestion parse(String text) {
        String[] parts = text.split(":", 7);
        return new FormQuestion(
                parts[0],
                parts[1],
                parts[2],
                parts[3],
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5]),
                parts[6]);
    }

    /** In one word, for a command line. */
    String text() {
        return String.join(":", model, dtype, gemm, pass, String.valueOf(sequences), String.valueOf(tokens), device);
    }

    String inWords() {
        return String.join(" ", pass, "of", model, dtype, gemm, sequences + " x " + tokens, "tokens");
    }

    /** Measures. */
    FormChoice answer() {
        ModelSpec spec =
                new ModelSpec(GptConfig.named(model), Program.FUSED, Precision.of(dtype), Gemm.of(gemm), Loss.SUM);
        return FormChoice.measure(spec, Pass.of(pass), device, sequences, tokens);
    }
}
