package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.ExecutedOp;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** What a decoding step costs besides its work. */
class CallOverheadTest {
    private static final ModelSpec SPEC =
            new ModelSpec(Models.named("gpt-tiny"), Program.FUSED, Precision.FP32, Gemm.NATIVE, Loss.SUM);

    @Test
    void anEmptyCallHasAFewOperatorsAndAStepMany() {
        try (LanguageModel model = LanguageModel.loadDecoder(SPEC, "cpu").drawParameters(1);
                DecodeSession session = DecodeSession.random(model, 1, 40, 0)) {
            List<ExecutedOp> nothing = OperatorTrace.during(session::emptyCall);
            List<ExecutedOp> step = OperatorTrace.during(session::step);
            assertThat(nothing).hasSizeLessThan(10);
            assertThat(step).hasSizeGreaterThan(10 * nothing.size());
            CallOverhead overhead = CallOverhead.measure(model, session::emptyCall);
            assertThat(overhead.callSeconds()).isPositive();
            assertThat(overhead.operatorSeconds()).isPositive();
            assertThat(overhead.of(100)).isEqualTo(overhead.callSeconds() + 100 * overhead.operatorSeconds());
        }
    }

    /** By counting: a thousand steps leave as many arrays in DJL and, per step, as many bytes on Java's heap. */
    @Test
    void nothingGrowsWithCalls() {
        try (LanguageModel model = LanguageModel.loadDecoder(SPEC, "cpu").drawParameters(1);
                DecodeSession session = DecodeSession.random(model, 1, 40, 0)) {
            session.step();
            int arrays = model.liveArrays();
            List<Checksum> cache = session.cache();
            steps(session, 300); // Java compiles what runs often, and allocates for it
            long first = allocatedBy(() -> steps(session, 500));
            long second = allocatedBy(() -> steps(session, 500));
            assertThat(model.liveArrays()).isEqualTo(arrays);
            assertThat(session.cache())
                    .extracting(Checksum::shape)
                    .isEqualTo(cache.stream().map(Checksum::shape).toList());
            assertThat(second)
                    .as("later steps allocate no more than earlier ones")
                    .isLessThanOrEqualTo(first * 11 / 10);
            assertThat(second / 500).as("bytes of Java's heap a step").isLessThan(4096);
        }
    }

    private static void steps(DecodeSession session, int count) {
        for (int i = 0; i < count; i++) {
            session.step();
        }
    }

    private static long allocatedBy(Runnable work) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
