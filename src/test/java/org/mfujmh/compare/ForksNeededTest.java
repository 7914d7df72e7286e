package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** By hand from a printed table of Student's t: 95 % one-sided and 80 %, 2n - 2 degrees of freedom. */
class ForksNeededTest {

    /** n = 13: 2 (1.7109 + 0.8569)^2 = 13.19, too many; n = 14: 2 (1.7056 + 0.8557)^2 = 13.12. */
    @Test
    void anEffectOfOneDeviationTakesFourteenForks() {
        assertThat(ForksNeeded.of(0.02, 0.05, 0.02)).hasValue(14);
    }

    /** n = 4: 2 (1.9432 + 0.9057)^2 / 4 = 4.06, too many; n = 5: 2 (1.8595 + 0.8889)^2 / 4 = 3.78. */
    @Test
    void anEffectOfTwoDeviationsTakesFive() {
        assertThat(ForksNeeded.of(0.01, 0.05, 0.02)).hasValue(5);
    }

    @Test
    void threeAreTheLeastAndAboveAThousandThereIsNoNumber() {
        assertThat(ForksNeeded.of(1e-4, 0.05, 0.03)).hasValue(3);
        assertThat(ForksNeeded.of(1, 0.05, 0.03)).isEmpty();
    }
}
