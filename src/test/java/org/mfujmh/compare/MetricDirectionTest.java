package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.BadInput;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.Direction;

class MetricDirectionTest {
    private static Entry entry(String label, String unit) {
        return JmhJson.of("org.example.Some.run")
                .secondary(label, unit, 1, 2, 3)
                .entry();
    }

    /** A program that is twice as fast allocates twice as much in a second. */
    @ParameterizedTest
    @CsvSource({
        "gc.alloc.rate, MB/sec",
        "gc.churn.G1_Eden_Space, MB/sec",
    })
    void whatRisesWithTheSpeedHasNoDirectionOfItsOwn(String label, String unit) {
        MetricLabel metric = new MetricLabel(label);
        assertThatThrownBy(() -> metric.direction(entry(label, unit), Optional.empty()))
                .isInstanceOf(BadInput.class)
                .hasMessageEndingWith("Specify --better high or --better low.");
        assertThat(metric.direction(entry(label, unit), Optional.of(Direction.LOWER_IS_BETTER)))
                .isEqualTo(Direction.LOWER_IS_BETTER);
    }

    @Test
    void theAmountPerOperationIsNamedWhereItIsThere() {
        Entry entry = JmhJson.of("org.example.Some.run")
                .secondary("gc.alloc.rate", "MB/sec", 1, 2, 3)
                .secondary("gc.alloc.rate.norm", "B/op", 1, 2, 3)
                .entry();
        assertThatThrownBy(() -> new MetricLabel("gc.alloc.rate").direction(entry, Optional.empty()))
                .hasMessageEndingWith("--better low, or choose gc.alloc.rate.norm, the amount per operation.");
    }

    @ParameterizedTest
    @CsvSource({
        "gc.alloc.rate.norm, B/op",
        "gc.churn.G1_Eden_Space.norm, B/op",
        "gc.count, counts",
        "gc.time, ms",
        "joules_per_token, J/tok",
        "power_w, W",
    })
    void costsStayCosts(String label, String unit) {
        assertThat(new MetricLabel(label).direction(entry(label, unit), Optional.empty()))
                .isEqualTo(Direction.LOWER_IS_BETTER);
    }
}
