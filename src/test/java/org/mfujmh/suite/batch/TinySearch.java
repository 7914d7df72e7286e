package org.mfujmh.suite.batch;

import java.util.List;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.search.MemoryUse;
import org.mfujmh.search.Probe;
import org.mfujmh.search.ProbeOutcome;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.search.SearchResult;

/** Searches of gpt-tiny that did not take place, for tests of what is made of their results. */
final class TinySearch {
    private TinySearch() {}

    static SearchResult proved(int largest, long limit, Probe... probes) {
        ProbedPass pass = new ProbedPass(
                new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM),
                Pass.FORWARD,
                64,
                "cpu");
        return new SearchResult(pass, limit, List.of(probes), new SearchResult.Ending.Proved(largest));
    }

    static Probe probe(int batch, long bytes, long limit) {
        MemoryUse use = new MemoryUse(100, bytes, bytes, 0, 1);
        return new Probe(batch, bytes <= limit ? new ProbeOutcome.Fits(use) : new ProbeOutcome.OverLimit(use, limit));
    }
}
