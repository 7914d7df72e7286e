package org.mfujmh.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.engine.Numerics.Finding;

/** Which gradient stands for all of them. */
class NumericChecksTest {
    private static final double BOUND = 1e-3;

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 2 * BOUND})
    void aGradientOutOfBoundsFailsTheCheckWhereverItStands(double error) {
        for (int place = 0; place < 3; place++) {
            List<Finding> findings = new ArrayList<>(List.of(
                    new Finding("logits", 0, BOUND),
                    new Finding("gradient of a", 0.5 * BOUND, BOUND),
                    new Finding("gradient of b", 0.9 * BOUND, BOUND)));
            findings.add(1 + place, new Finding("gradient of c", error, BOUND));
            List<Check> checks = new ArrayList<>();
            NumericChecks.add(checks, "gpt-tiny", findings, "float64");
            assertThat(checks).extracting(Check::check).containsExactly("gpt-tiny: logits", "gpt-tiny: gradient of c");
            assertThat(checks).extracting(Check::ok).containsExactly(true, false);
        }
    }
}
