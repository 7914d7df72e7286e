package org.mfujmh.verify;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.engine.OperatorTrace;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.flops.Workload;
import org.mfujmh.flops.executed.ExecutedFlops;
import org.mfujmh.flops.executed.ExecutedTerm;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/**
 * Both passes of both programs under libtorch's profiler: the executed matrix products are compared with the closed
 * form, term by term.
 */
public record ExecutedChecks() implements CheckGroup {
    private static final String SOURCE = "closed form (exact), docs/reference/conventions.md";

    /** A sequence with two attention blocks, the second one partial, short enough that gpt-small takes seconds. */
    private static final int TOKENS = 160;

    @Override
    public CheckedGroup run() {
        List<Check> checks = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (String name : List.of("gpt-tiny", "gpt-small")) {
            Architecture config = Models.named(name);
            Workload workload = new Workload(config, 1, Math.min(config.context(), TOKENS));
            for (Program program : Program.values()) {
                ModelSpec spec = new ModelSpec(config, program, Precision.FP32, Gemm.NATIVE, Loss.SUM);
                try (LanguageModel model = LanguageModel.load(spec, "cpu").drawParameters(1);
                        TokenBatch batch = model.randomBatch(1, workload.tokens(), 1)) {
                    ExecutedFlops forward = traced(() -> model.forward(batch));
                    ExecutedFlops prefill = traced(() -> model.forwardLast(batch));
                    ExecutedFlops both = traced(() -> model.forwardBackward(batch));
                    add(checks, remarks, forward, workload, program, Pass.FORWARD);
                    add(checks, remarks, prefill, workload, program, Pass.PREFILL);
                    add(checks, remarks, both, workload, program, Pass.FORWARD_BACKWARD);
                    remarks.add(String.format(
                            Locale.ROOT,
                            "%s, %s: backward executes %.3f x the FLOPs of forward.",
                            name,
                            program.label(),
                            both.total().subtract(forward.total()).doubleValue()
                                    / forward.total().doubleValue()));
                }
            }
        }
        return CheckedGroup.of(
                "Executed FLOPs", checks, remarks.stream().distinct().toArray(String[]::new));
    }

    private static ExecutedFlops traced(Runnable pass) {
        return ExecutedFlops.of(OperatorTrace.during(pass));
    }

    private static void add(
            List<Check> checks,
            List<String> remarks,
            ExecutedFlops executed,
            Workload workload,
            Program program,
            Pass pass) {
        String where = workload.model().name() + " " + program.label() + " " + pass.label();
        checks.add(Check.exactly(
                where + ": operators of unknown cost",
                0,
                executed.unknownOperators().size(),
                SOURCE));
        for (ExecutedTerm term : executed.compare(workload, program, pass)) {
            String check = where + ": " + term.name() + " " + term.shape();
            // Fused attention may correctly execute other FLOPs than the closed form; then the calls are compared.
            boolean sameFlops = term.expected().equals(term.executed());
            checks.add(
                    sameFlops || !term.explained()
                            ? Check.exactly(check + ", FLOPs", term.expected(), term.executed(), SOURCE)
                            : Check.exactly(
                                    check + ", calls",
                                    BigInteger.valueOf(term.expectedCalls()),
                                    BigInteger.valueOf(term.executedCalls()),
                                    SOURCE));
            if (!sameFlops) {
                remarks.add(where + ", " + term.name() + ": " + term.executed()
                        + " FLOPs were executed, full attention has " + term.expected() + ": " + term.explanation()
                        + ".");
            }
        }
    }
}
