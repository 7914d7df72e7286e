package org.mfujmh.notebook;

import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;
import org.mfujmh.ShippedCsv;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;

/**
 * One step of the book's ladder of training speed, from {@code ladder.csv}.
 *
 * @param name what the book changed
 * @param here what stands for it in this suite; may be empty
 * @param backend the backend of the fused program, where the rung is about it
 * @param batch sequences, or {@code max}
 * @param published tokens per second on an A100, as the book has it
 * @param publishedPeak the A100's dense peak in the rung's precision, TFLOP/s
 * @param missing why the rung is not measured here, as a clause; empty for one that is
 */
record LadderRung(
        String name,
        String here,
        String model,
        String dtype,
        String program,
        String optimizer,
        Optional<Backend> backend,
        String batch,
        double published,
        double publishedPeak,
        Optional<String> missing) {

    /** Tokens of the book's sequences. */
    private static final int TOKENS = 1024;

    private static final double TERA = 1e12;

    /** Exact FLOPs of the published rate over the A100's dense peak. */
    double publishedMfu() {
        String counted = model.isEmpty() ? PassParams.DEFAULT_MODEL : model;
        return new Workload(Models.named(counted), 1, TOKENS)
                        .perToken(Convention.EXACT, Pass.FORWARD_BACKWARD)
                        .doubleValue()
                * published
                / (publishedPeak * TERA);
    }

    /** All rungs, the lowest first. */
    static List<LadderRung> all() {
        return ShippedCsv.rows(LadderRung.class, "ladder.csv").stream()
                .map(LadderRung::of)
                .toList();
    }

    private static LadderRung of(CSVRecord row) {
        return new LadderRung(
                row.get("rung"),
                row.get("here"),
                row.get(PassParams.MODEL),
                row.get(PassParams.DTYPE),
                row.get(PassParams.PROGRAM),
                row.get(TrainingParams.OPTIMIZER),
                Optional.of(row.get("backend"))
                        .filter(label -> !label.isEmpty())
                        .map(Backend::of),
                row.get("batch"),
                Double.parseDouble(row.get("published")),
                Double.parseDouble(row.get("published_peak")),
                Optional.of(row.get("missing")).filter(why -> !why.isEmpty()));
    }
}
