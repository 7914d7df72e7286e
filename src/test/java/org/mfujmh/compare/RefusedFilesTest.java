package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.BadInput;
import org.mfujmh.compare.Matrix.Reference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

/** What no command can show is a sentence before anything is shown. */
class RefusedFilesTest {
    private static final MetricLabel NONSENSE = new MetricLabel("nonsense");
    private static final Entry ENTRY =
            JmhJson.of("org.example.Some.run").forks(99, 100, 101).entry();
    private static final Map<String, List<Entry>> FILES = Map.of("a.json", List.of(ENTRY));
    private static final Map<String, List<Entry>> TWICE = Map.of("a.json", List.of(ENTRY, ENTRY));

    static List<ThrowingCallable> commandsForAMetricThatNobodyMeasured() {
        return List.of(
                () -> Fleet.of(FILES, NONSENSE, 0.03, Optional.empty()),
                () -> History.of(FILES, Optional.of(NONSENSE), Optional.empty()),
                () -> Grid.of(FILES, "file", List.of(), false).matrix(NONSENSE, Reference.FIRST, Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("commandsForAMetricThatNobodyMeasured")
    void aMetricThatNobodyMeasuredIsRefusedWithThoseThatThereAre(ThrowingCallable command) {
        assertThatThrownBy(command)
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("No measurement has the metric 'nonsense'. Available: score.");
    }

    static List<ThrowingCallable> commandsForAFileThatMeasuresOneThingTwice() {
        return List.of(
                () -> History.of(TWICE, Optional.empty(), Optional.empty()),
                () -> Grid.of(TWICE, "file", List.of(), false),
                () -> Pairing.of(List.of(ENTRY, ENTRY), List.of(ENTRY)),
                () -> Pairing.of(List.of(ENTRY), List.of(ENTRY, ENTRY)));
    }

    @ParameterizedTest
    @MethodSource("commandsForAFileThatMeasuresOneThingTwice")
    void whichOfTwoOfOneKindIsMeantIsNotGuessed(ThrowingCallable command) {
        assertThatThrownBy(command)
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("measures the same as")
                .hasMessageContaining("remove one of the two");
    }

    @Test
    void aThresholdIsAPercentageOrAShare() {
        assertThat(GatePolicy.threshold("2%")).isEqualTo(0.02);
        assertThat(GatePolicy.threshold("0.05")).isEqualTo(0.05);
        assertThatThrownBy(() -> GatePolicy.threshold("much")).isInstanceOf(BadInput.class);
    }
}
