package org.mfujmh.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecondLookTest {

    @Test
    void itSaysHowManyResultsAndHowManyForks() {
        assertThat(new SecondLook(2, List.of(5)).atImplausible())
                .isEqualTo("1 of 2 results exceed the measured roofline (background load can cause this). Measuring 5"
                        + " more forks before flagging it.");
        assertThat(new SecondLook(3, List.of(1, 1)).atImplausible())
                .startsWith("2 of 3 results")
                .endsWith("Measuring 1 more fork of each before flagging them.");
    }

    @Test
    void whatTheGateCannotDecideIsMeasuredAgain() {
        assertThat(new SecondLook(4, List.of(10, 10)).atUndecided())
                .isEqualTo("2 of 4 results are undecided. Measuring 10 more forks of each.");
        assertThat(new SecondLook(4, List.of(10, 3)).atUndecided()).endsWith("Measuring as many forks again.");
    }
}
