package org.mfujmh.profiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mfujmh.profiler.RooflineReading.RooflineSpeeds;

class RooflineReadingTest {

    @Test
    void anIterationIsHeldAgainstWhatWasMeasuredBeforeItAndAfterItAndTheForksBestIsKept() {
        assertThat(RooflineReading.current().flopsPerSecond()).isNaN();
        assertThat(RooflineReading.current().bestFlopsPerSecond()).isNaN();

        RooflineReading.before(new RooflineSpeeds(200, 210));
        assertThat(RooflineReading.current()).isEqualTo(new RooflineSpeeds(200, 210));
        RooflineReading.after(new RooflineSpeeds(100, 120));

        // An iteration lasts a given time: half of it at 200 a second and half at 100.
        assertThat(RooflineReading.current().flopsPerSecond()).isCloseTo(150, within(1e-9));
        assertThat(RooflineReading.current().bestFlopsPerSecond()).isEqualTo(210);

        RooflineReading.before(new RooflineSpeeds(50, 60));
        assertThat(RooflineReading.current()).isEqualTo(new RooflineSpeeds(50, 210));
    }
}
