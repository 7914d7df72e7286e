package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.engine.Numerics.Finding;

/** Which gradient of the two programs stands for all of them. */
class ProgramsComparedTest {
    private static final double BOUND = 1e-3;

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 2 * BOUND})
    void theOneOutOfBoundsIsNamedWhereverItStands(double error) {
        for (int place = 0; place < 3; place++) {
            List<Finding> gradients = new ArrayList<>(
                    List.of(new Finding("a", 0.5 * BOUND, BOUND), new Finding("b", 0.9 * BOUND, BOUND)));
            gradients.add(place, new Finding("c", error, BOUND));
            Finding largest = ProgramsCompared.largest(gradients);
            assertThat(largest.what()).endsWith("the largest is of c");
            assertThat(largest.ok()).isFalse();
        }
    }
}
