package org.mfujmh.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutedChecksIT {

    @Test
    void theProductsThatLibtorchRunsAreThoseOfTheClosedForm() {
        CheckedGroup group = new ExecutedChecks().run();
        assertThat(group.checks())
                .hasSizeGreaterThan(60)
                .allSatisfy(check -> assertThat(check.ok()).as(check.check()).isTrue());
        // Two models, two programs, three passes.
        assertThat(group.checks().stream().filter(check -> check.check().endsWith("operators of unknown cost")))
                .hasSize(12);
        assertThat(group.remarks())
                .contains("gpt-small, notebook: backward executes 2.000 x the FLOPs of forward.")
                .anyMatch(remark -> remark.contains("the scores are recomputed"));
    }
}
