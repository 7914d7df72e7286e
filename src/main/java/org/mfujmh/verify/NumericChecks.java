package org.mfujmh.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.Numerics;
import org.mfujmh.engine.ProgramsCompared;
import org.mfujmh.engine.TinyModels;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;

/**
 * What the programs compute: gpt-tiny and a tiny model of each other family against float64 in Java, gpt-small one
 * program against the other.
 */
public record NumericChecks() implements CheckGroup {
    private static final String FLOAT64 =
            "float64 in Java; bound: sqrt(number of roundings) x unit roundoff, engine/Numerics";
    private static final String EACH_OTHER = "the other program, same weights; bound: twice that";

    /** Enough for two attention blocks, short enough that gpt-small takes seconds. */
    private static final int TOKENS = 160;

    @Override
    public CheckedGroup run() {
        List<Check> checks = new ArrayList<>();
        Numerics.everyWayToCompute(Models.named("gpt-tiny")).forEach(spec -> {
            System.err.println("verify: " + name(spec));
            add(checks, name(spec), Numerics.againstFloat64(spec), FLOAT64);
        });
        TinyModels.all().forEach(model -> family(checks, model));
        for (Loss loss : Loss.values()) {
            small(checks, Precision.FP32, Gemm.NATIVE, loss);
            small(checks, Precision.BF16, Gemm.UPCAST, loss);
        }
        return CheckedGroup.of(
                "Numerics",
                checks,
                "Errors are relative, in the 2-norm, unless a check says otherwise. For each program, the table shows the"
                        + " gradient closest to its bound; for the tiny models of other families, the closest of all"
                        + " precisions.");
    }

    /** In every precision and each way to multiply: what is nearest to its bound, before and after the loss. */
    private static void family(List<Check> checks, Architecture model) {
        System.err.println("verify: " + model.name());
        List<Check> forward = new ArrayList<>();
        List<Check> gradients = new ArrayList<>();
        Numerics.everyWayToCompute(model)
                .filter(spec -> spec.loss() == Loss.CROSS_ENTROPY)
                .forEach(spec -> {
                    for (Numerics.Finding finding : Numerics.againstFloat64(spec)) {
                        (isGradient(finding) ? gradients : forward).add(check(name(spec), finding, FLOAT64));
                    }
                });
        checks.add(nearestToItsBound(forward));
        checks.add(nearestToItsBound(gradients));
    }

    private static Check nearestToItsBound(List<Check> checks) {
        return checks.stream()
                .filter(check -> !check.ok())
                .findFirst()
                .orElseGet(() -> Collections.max(checks, Comparator.comparingDouble(NumericChecks::shareOfBound)));
    }

    private static double shareOfBound(Check check) {
        double bound = check.tolerance().doubleValue();
        return bound == 0 ? 0 : check.actual().doubleValue() / bound;
    }

    private static void small(List<Check> checks, Precision precision, Gemm gemm, Loss loss) {
        String name = "gpt-small " + precision.label() + " " + gemm.label() + " " + loss.label();
        System.err.println("verify: " + name);
        add(checks, name, ProgramsCompared.of(Models.named("gpt-small"), precision, gemm, loss, TOKENS), EACH_OTHER);
    }

    private static String name(ModelSpec spec) {
        return String.join(
                " ",
                spec.config().name(),
                spec.program().label(),
                spec.precision().label(),
                spec.gemm().label(),
                spec.loss().label());
    }

    /** Adds all findings except gradients, and the gradient closest to its bound or furthest beyond it. */
    static void add(List<Check> checks, String where, List<Numerics.Finding> findings, String source) {
        findings.stream()
                .filter(finding -> !isGradient(finding))
                .forEach(finding -> checks.add(check(where, finding, source)));
        findings.stream()
                .filter(NumericChecks::isGradient)
                .max(Numerics.Finding.BY_ERROR)
                .ifPresent(worst -> checks.add(check(where, worst, source)));
    }

    private static boolean isGradient(Numerics.Finding finding) {
        return finding.what().startsWith("gradient of");
    }

    private static Check check(String where, Numerics.Finding finding, String source) {
        return Check.near(where + ": " + finding.what(), 0, finding.error(), finding.bound(), source);
    }
}
