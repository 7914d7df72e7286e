package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.schema.Direction;

class CommonShiftTest {

    private static Change change(double logRatio, double deviation) {
        return Change.between(
                DecisionTest.sample(0, deviation),
                DecisionTest.sample(logRatio, deviation),
                Direction.HIGHER_IS_BETTER);
    }

    /** Changes of this size, each measured to about 0.1 %. */
    private static List<Change> sure(double... logRatios) {
        return Arrays.stream(logRatios).mapToObj(one -> change(one, 0.002)).toList();
    }

    @Test
    void threeThatMovedOneWayAreSaidToHaveMovedTogether() {
        assertThat(CommonShift.in(sure(-0.02, -0.02, -0.02), GatePolicy.DEFAULT))
                .hasValueSatisfying(said -> assertThat(said)
                        .startsWith("All 3 measurements moved together, by about -2.0 %")
                        .contains("everything got slower"));
        assertThat(CommonShift.in(sure(0.02, 0.02, 0.02), GatePolicy.DEFAULT))
                .hasValueSatisfying(
                        said -> assertThat(said).contains("by about +2.0 %").contains("everything got faster"));
    }

    @Test
    void twoAreTooFewAndOneThatWentTheOtherWayBreaksIt() {
        assertThat(CommonShift.in(sure(-0.02, -0.02), GatePolicy.DEFAULT)).isEmpty();
        assertThat(CommonShift.in(sure(-0.02, -0.02, 0.002), GatePolicy.DEFAULT))
                .isEmpty();
        assertThat(CommonShift.in(sure(0.02, 0.02, -0.002), GatePolicy.DEFAULT)).isEmpty();
    }

    @Test
    void lessThanAThirdOfTheThresholdAndWhatNoiseMakesAreNotWorthASentence() {
        // A third of ln 1.03 is 0.985 %.
        assertThat(CommonShift.in(sure(-0.0095, -0.0095, -0.0095), GatePolicy.DEFAULT))
                .isEmpty();
        assertThat(CommonShift.in(sure(-0.0102, -0.0102, -0.0102), GatePolicy.DEFAULT))
                .isPresent();
        // Ten forks that vary by 10 % have a standard error of 4.5 %, three such 2.6 %: 5 % is not twice that.
        assertThat(CommonShift.in(
                        List.of(change(-0.05, 0.1), change(-0.05, 0.1), change(-0.05, 0.1)), GatePolicy.DEFAULT))
                .isEmpty();
    }

    @Test
    void theShiftIsThatOfTheWellMeasured() {
        // Weights are one over the variance: 1 : 1 : 1/2500, so the shift is -(0.02 + 0.02 + 0.2 / 2500) / 2.0004.
        assertThat(CommonShift.in(
                        List.of(change(-0.02, 0.002), change(-0.02, 0.002), change(-0.2, 0.1)), GatePolicy.DEFAULT))
                .hasValueSatisfying(said -> assertThat(said).contains("by about -2.0 %"));
    }
}
