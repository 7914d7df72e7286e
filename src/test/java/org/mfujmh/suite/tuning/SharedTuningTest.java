package org.mfujmh.suite.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedTuningTest {
    private static TuningAnswer answer(String label, Map<String, Double> seconds) {
        return new TuningAnswer(label, seconds);
    }

    private static SharedTuning<String> shared(TuningAnswer first, TuningAnswer second) {
        return SharedTuning.of(Map.of("q", first), Map.of("q", second), "2.7.1", "2.14.1");
    }

    @Test
    void bothTakeTheFirstSidesAnswerAndAnotherOneOfTheSecondIsSaid() {
        SharedTuning<String> shared = shared(
                answer("native", Map.of("native", 1.0, "upcast", 2.0)),
                answer("upcast", Map.of("native", 2.0, "upcast", 1.0)));

        assertThat(shared.answers().get("q").label()).isEqualTo("native");
        assertThat(shared.notes(key -> "gemm=auto"))
                .containsExactly("Note: gemm=auto: both run native, which is faster in 2.7.1; in 2.14.1 it is upcast.");
    }

    @Test
    void nothingIsSaidWhereBothAgree() {
        TuningAnswer one = answer("native", Map.of("native", 1.0, "upcast", 2.0));
        assertThat(shared(one, one).notes(key -> key)).isEmpty();

        TuningAnswer only = answer("native", Map.of());
        assertThat(shared(only, only).answers()).containsEntry("q", only);
        assertThat(shared(only, only).notes(key -> key)).isEmpty();
    }

    @Test
    void whatDoesNotRunInTheSecondGivesWayToTheFastestThatDoes() {
        SharedTuning<String> shared = shared(
                answer("flash", Map.of("flash", 1.0, "cudnn", 2.0, "autograd", 3.0)),
                answer("autograd", Map.of("cudnn", 5.0, "autograd", 4.0)));

        assertThat(shared.answers().get("q").label()).isEqualTo("cudnn");
        assertThat(shared.notes(key -> "Backend"))
                .containsExactly(
                        "Note: Backend: flash is faster in 2.7.1 and does not run in 2.14.1, so both run cudnn.");
    }
}
