package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mfujmh.compare.Gate;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.results.JmhJson;

class SpeedAnswerTest {
    private static final double[] HUNDRED = {99.6, 99.9, 100, 100.2, 100.3};

    private static String answer(double... forks) {
        JmhJson run = JmhJson.of("org.example.Some.run");
        return new SpeedAnswer(
                        Gate.decide(
                                List.of(run.forks(HUNDRED).entry()),
                                List.of(JmhJson.of("org.example.Some.run")
                                        .forks(forks)
                                        .entry()),
                                GatePolicy.DEFAULT),
                        "PyTorch 2.7.1",
                        "PyTorch 2.14.1+cu130")
                .toText();
    }

    @Test
    void eachMeasurementAnswersTheQuestion() {
        assertThat(answer(120, 120.3, 119.8, 120.1, 120.2))
                .startsWith("Is PyTorch 2.14.1+cu130 faster than PyTorch 2.7.1, here?\n  ")
                .containsPattern("run, score: yes, 1\\.20\\d x \\(1\\.19\\d \\.\\. 1\\.2\\d+\\)\n$");
        assertThat(answer(90, 90.3, 89.8, 90.1, 90.2)).contains("score: no, it is slower, 0.90");
        assertThat(answer(HUNDRED)).contains("score: no, it is as fast within 3 %, 1.000 x (");
        assertThat(answer(80, 93, 98, 109, 125))
                .contains("score: not decided, ")
                .contains("forks per side would decide");
        assertThat(answer(101)).contains("score: not decided, 5 forks against 1");
    }
}
