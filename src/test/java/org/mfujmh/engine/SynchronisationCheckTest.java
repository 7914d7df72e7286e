package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.engine.SynchronisationCheck.Grown;
import org.mfujmh.engine.SynchronisationCheck.ReturnTiming;

/**
 * On a device made up of two clocks: the host launches a pass in 2 ms, whatever the batch; the device computes a
 * sequence in 0.5 ms. These are about gpt-small's times on an H200.
 */
class SynchronisationCheckTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long LAUNCH = 2 * MILLISECOND;
    private static final long SEQUENCE = MILLISECOND / 2;
    private static final long TINY = MILLISECOND / 10;

    private long host;
    private long device;
    private long jitter;
    private int fitting = Integer.MAX_VALUE;
    private final List<Integer> batches = new ArrayList<>();
    private int open;

    private final SynchronisationCheck check = new SynchronisationCheck(this::tiny, () -> host);

    /** Starts when the device is free, and waits. */
    private void tiny() {
        device = Math.max(host, device) + TINY + jitter;
        host = device;
    }

    /** Kernels run while later ones are launched. */
    private void pass(int sequences, boolean waits) {
        long start = Math.max(host, device);
        host += LAUNCH;
        device = Math.max(host, start + sequences * SEQUENCE);
        host = waits ? device : host;
    }

    private SynchronisationCheck.Passes passes(int batch, boolean waits) {
        batches.add(batch);
        open++;
        return new SynchronisationCheck.Passes() {
            @Override
            public void run() {
                if (batch > fitting) {
                    throw new IllegalStateException("CUDA out of memory. Tried to allocate 1 GiB.");
                }
                pass(batch, waits);
            }

            @Override
            public void close() {
                open--;
            }
        };
    }

    @Test
    void aPassThatWaitsLeavesNothingToWaitFor() {
        ReturnTiming timing = check.measure(() -> pass(32, true));

        assertThat(timing.passSeconds()).isCloseTo(0.016, within(1e-9));
        assertThat(timing.aloneSeconds()).isCloseTo(0.0001, within(1e-9));
        assertThat(timing.waitSeconds()).isCloseTo(0, within(1e-9));
        assertThat(timing.fault("forward")).isEmpty();
    }

    @Test
    void aPassThatReturnsEarlyIsCaughtWithBothTimes() {
        ReturnTiming timing = check.measure(() -> pass(40, false));

        assertThat(timing.synchronised()).isFalse();
        assertThat(timing.fault("forward"))
                .contains("forward returned after 2.0 ms, but the GPU worked 18.0 ms longer: the program does not wait"
                        + " for the device");
    }

    /** What gpu-check fell for on the H200: launching takes longer than computing. */
    @Test
    void atBatchOneNobodyCanTell() {
        assertThat(check.measure(() -> pass(1, false)).synchronised()).isTrue();
    }

    /** Each round sees other delays; the fastest of each counts. */
    @Test
    void aBusyMomentIsNotTakenForAMissingWait() {
        List<Long> delays = new ArrayList<>(List.of(0L, 0L, 5L, 5L, 0L, 5L, 0L, 0L, 5L));
        SynchronisationCheck busy = new SynchronisationCheck(
                () -> {
                    jitter = delays.remove(0) * MILLISECOND;
                    tiny();
                },
                () -> host);

        assertThat(busy.measure(() -> pass(4, true)).synchronised()).isTrue();
    }

    @Test
    void passesOfSecondsAreNotRepeated() {
        List<Integer> ran = new ArrayList<>();

        check.measure(() -> {
            ran.add(1);
            pass(4000, true);
        });

        assertThat(ran).hasSize(1);
    }

    @Test
    void theBatchGrowsUntilComputingTakesLongest() {
        Grown grown = check.grow(batch -> passes(batch, true), 1024);

        assertThat(batches).containsExactly(1, 2, 4, 8, 16, 32, 64);
        assertThat(grown.batch()).isEqualTo(64);
        assertThat(grown.inconclusive()).isEmpty();
        assertThat(grown.timing().synchronised()).isTrue();
        assertThat(open).isZero();
    }

    @Test
    void thereAMissingWaitIsCaught() {
        Grown grown = check.grow(batch -> passes(batch, false), 1024);

        assertThat(grown.batch()).isEqualTo(64);
        assertThat(grown.timing().synchronised()).isFalse();
        assertThat(grown.inWords(256))
                .isEqualTo(
                        "a pass of 64 x 256 tokens takes 2.000 ms; a tiny product 0.100 ms by itself, 30.100 ms right"
                                + " after a pass; the pass returned after 2.0 ms, but the GPU worked 30.0 ms longer: the program"
                                + " does not wait for the device");
    }

    @Test
    void whereMemoryEndsItSaysThatTheBatchMayBeTooSmall() {
        fitting = 8;

        Grown grown = check.grow(batch -> passes(batch, true), 1024);

        assertThat(grown.batch()).isEqualTo(8);
        assertThat(grown.inWords(256)).endsWith("; this may be too short to tell: batch 16 failed: out of memory");
        assertThat(open).isZero();
    }

    @Test
    void itEndsAtTheLargestBatchAllowed() {
        Grown grown = check.grow(batch -> passes(batch, true), 31);

        assertThat(grown.batch()).isEqualTo(16);
        assertThat(grown.inconclusive()).isEqualTo("larger batches are not tried");
    }

    /** A CPU at batch 1: bound by computing from the start. */
    @Test
    void aPassOfHalfASecondIsLongWhateverBatchOneTook() {
        Grown grown = check.grow(batch -> passes(1200 * batch, true), 1024);

        assertThat(grown.batch()).isEqualTo(1);
        assertThat(grown.inconclusive()).isEmpty();
    }

    @Test
    void aBatchOfOneThatFailsIsAFailure() {
        fitting = 0;

        assertThatThrownBy(() -> check.grow(batch -> passes(batch, true), 1024)).hasMessageContaining("out of memory");
    }
}
