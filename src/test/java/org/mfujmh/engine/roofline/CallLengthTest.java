package org.mfujmh.engine.roofline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The product's time is known here: 1 ms, and each call adds 0.2 ms. */
class CallLengthTest {
    private static final double SHORTEST = 0.010;
    private static final double PRODUCT = 0.001;
    private static final double CALL = 0.0002;

    private final CallLength length = new CallLength(SHORTEST);
    private final List<Integer> counts = new ArrayList<>();

    private double seconds(int count) {
        counts.add(count);
        return CALL + count * PRODUCT;
    }

    /** Within the share that the call itself has in the shortest call allowed. */
    private static void assertTimesOfTheProduct(double[] seconds) {
        double overhead = PRODUCT * 1.1 * CALL / SHORTEST;
        assertThat(seconds).containsExactly(new double[] {PRODUCT, PRODUCT, PRODUCT}, within(overhead));
    }

    @Test
    void launchingIsASmallPartOfEveryTimedCall() {
        assertTimesOfTheProduct(length.secondsOfOne(3, this::seconds));
    }

    @Test
    void timesAreSorted() {
        assertThat(length.secondsOfOne(3, count -> count * 0.020 / (counts.size() + 1) + seconds(0)))
                .isSorted();
    }

    /** As on the H200: the first call of a process loads the kernel and waits for work that was queued before it. */
    @Test
    void aSlowFirstCallDoesNotSettleTheCount() {
        CallLength.RepeatedCall slowAtFirst = count -> seconds(count) + (counts.size() == 1 ? 0.050 : 0);

        assertTimesOfTheProduct(length.secondsOfOne(3, slowAtFirst));
        assertTimesOfTheProduct(length.secondsOfOne(3, slowAtFirst));
    }

    @Test
    void aSlowTimedCallDoesNotSettleTheCount() {
        CallLength.RepeatedCall slowTwice = count -> seconds(count) + (counts.size() <= 2 ? 0.050 : 0);

        assertTimesOfTheProduct(length.secondsOfOne(3, slowTwice));
    }

    @Test
    void laterReadingsStartWhereTheFirstEnded() {
        length.secondsOfOne(3, this::seconds);
        counts.clear();

        length.secondsOfOne(3, this::seconds);

        assertThat(counts).containsExactly(1, 16, 16, 16);
    }

    /** The first reading was made under another load, which has gone since. */
    @Test
    void aDeviceThatBecameFasterGetsLongerCalls() {
        length.secondsOfOne(3, count -> 20 * seconds(count));

        assertTimesOfTheProduct(length.secondsOfOne(3, this::seconds));
    }

    @Test
    void aClockThatStandsStillEndsTheSearch() {
        assertThat(length.secondsOfOne(3, count -> 0)).containsOnly(0);
    }
}
