package org.mfujmh.verify;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.Numerics;
import org.mfujmh.engine.ProgramsCompared;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.hub.Models;

/** Numerics of the programs: gpt-tiny against float64 in Java, gpt-small one program against the other. */
public record NumericChecks() implements CheckGroup {
    private static final String FLOAT64 = "float64 in Java; bound: number of roundings x unit roundoff, docs/method.md";
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
        for (Loss loss : Loss.values()) {
            small(checks, Precision.FP32, Gemm.NATIVE, loss);
            small(checks, Precision.BF16, Gemm.UPCAST, loss);
        }
        return CheckedGroup.of(
                "Numerics",
                checks,
                "Errors are relative, in the 2-norm, unless a check says otherwise. For each program, the table "
                        + "shows the gradient closest to its bound.");
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
    private static void add(List<Check> checks, String where, List<Numerics.Finding> findings, String source) {
        Numerics.Finding worst = null;
        for (Numerics.Finding finding : findings) {
            if (!finding.what().startsWith("gradient of")) {
                checks.add(check(where, finding, source));
            } else if (worst == null || !(finding.error() <= worst.error())) {
                worst = finding;
            }
        }
        if (worst != null) {
            checks.add(check(where, worst, source));
        }
    }

    private static Check check(String where, Numerics.Finding finding, String source) {
        return Check.near(where + ": " + finding.what(), 0, finding.error(), finding.bound(), source);
    }
}
