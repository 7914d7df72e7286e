package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterleavingTest {

    private static int sum(int from, int pairs, boolean ours) {
        return IntStream.range(2 * from, 2 * (from + pairs))
                .filter(turn -> Interleaving.isOurs(turn) == ours)
                .sum();
    }

    @Test
    void eachPairHasOneOfEach() {
        for (int turn = 0; turn < 200; turn += 2) {
            assertThat(Interleaving.isOurs(turn)).isNotEqualTo(Interleaving.isOurs(turn + 1));
        }
        assertThat(Interleaving.isOurs(0)).isFalse();
    }

    /** The times at which they run have one mean, so what grows steadily grows for both. */
    @Test
    void overFourPairsASteadyDriftIsTheSameForBoth() {
        for (int pair = 0; pair < 100; pair += 4) {
            assertThat(sum(pair, 4, true)).isEqualTo(sum(pair, 4, false));
        }
    }

    /** Thue, 1912: nothing comes three times in a row. */
    @Test
    void aNeighbourWithAPeriodIsBesideBoth() {
        for (int period = 1; period <= 8; period++) {
            for (int turn = 0; turn < 64; turn++) {
                int every = period;
                int from = turn;
                assertThat(IntStream.range(0, 16).map(i -> from + every * i).mapToObj(Interleaving::isOurs))
                        .as("from turn %d every %d", turn, period)
                        .contains(true, false);
            }
        }
    }
}
