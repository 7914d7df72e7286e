package org.mfujmh.suite.tuning;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.RowProductChoice;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.RowProduct;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassId;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.suite.plan.Combination;

/** The question how decoding steps with so many sequences multiply their rows, answered once for all forks. */
public record RowProductTuningKey(String model, String dtype, String gemm, String device, int sequences)
        implements TuningKey {
    private static final Duration BUDGET = Duration.ofSeconds(2);

    /** The start of its text, which no model's name has. */
    static final String MARK = "row-product:";

    /** @param one with device, gemm and batch resolved */
    static boolean isAskedBy(Combination one) {
        if (!one.passId().equals(Optional.of(PassId.DECODE))) {
            return false;
        }
        PassParams params = one.passParams();
        return !params.isGemmOpen() && !params.isBatchOpen() && RowProduct.isChoice(params.device());
    }

    public static RowProductTuningKey of(Combination one) {
        PassParams params = one.passParams();
        return new RowProductTuningKey(
                params.model(), params.dtype(), params.gemm(), params.device(), params.sequences());
    }

    /** Inverse of {@link #text}. */
    static RowProductTuningKey parse(String text) {
        String[] parts = text.substring(MARK.length()).split(":", 5);
        return new RowProductTuningKey(parts[1], parts[2], parts[3], parts[4], Integer.parseInt(parts[0]));
    }

    @Override
    public String text() {
        return MARK + String.join(":", Integer.toString(sequences), model, dtype, gemm, device);
    }

    @Override
    public String question() {
        return "How each matrix is multiplied with few rows, decode of " + String.join(" ", model, dtype, gemm) + ", "
                + sequences + (sequences == 1 ? " sequence" : " sequences");
    }

    @Override
    public RunProperty property() {
        return RunProperty.ROW_PRODUCT;
    }

    @Override
    public List<String> ways() {
        return Stream.of(RowProduct.values()).map(RowProduct::label).toList();
    }

    @Override
    public String inWords(String way) {
        return RowProduct.of(way).inWords();
    }

    @Override
    public String timed() {
        return "all matrices";
    }

    /** The shortest time decides. */
    @Override
    public double margin() {
        return 1;
    }

    @Override
    public TuningAnswer answer() {
        ModelSpec spec =
                new ModelSpec(Models.named(model), Program.FUSED, Precision.of(dtype), Gemm.of(gemm), Loss.SUM);
        try (LanguageModel decoder =
                LanguageModel.loadDecoder(spec, device).drawParameters(LanguageModel.WEIGHTS_SEED)) {
            RowProductChoice choice = RowProductChoice.measure(decoder, sequences, BUDGET);
            Map<String, Double> seconds = new LinkedHashMap<>();
            choice.seconds().forEach((way, measured) -> seconds.put(way.label(), measured));
            return new TuningAnswer(choice.product().label(), seconds);
        }
    }
}
