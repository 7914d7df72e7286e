package org.mfujmh.flops.executed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Block;

/**
 * The calls of fused attention that a forward pass has: one a layer that sees all tokens; of a layer with a window that
 * is shorter than the sequence, one for each window of queries, against the keys that these reach.
 */
final class WindowCalls {
    private WindowCalls() {}

    /** A number of queries of a sequence with a number of its keys. */
    record Call(long queries, long keys) {}

    static List<Call> of(Workload workload) {
        int tokens = workload.tokens();
        List<Call> calls = new ArrayList<>();
        for (Block block : workload.model().blocks()) {
            int window = block.attention().window();
            if (window == 0 || tokens <= window) {
                calls.add(new Call(tokens, tokens));
                continue;
            }
            for (int start = 0; start < tokens; start += window) {
                int end = Math.min(start + window, tokens);
                calls.add(new Call(end - start, end - Math.max(0, start - window + 1)));
            }
        }
        return sorted(calls);
    }

    static List<Call> sorted(List<Call> calls) {
        return calls.stream()
                .sorted(Comparator.comparingLong(Call::queries).thenComparingLong(Call::keys))
                .toList();
    }
}
