package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.compare.Siblings.Standing;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

/** What a gate compares, fleet and history compare too. */
class SeriesTest {
    private final Map<String, List<Entry>> files = new LinkedHashMap<>();

    private void file(String name, JmhJson... entries) {
        files.put(name, Arrays.stream(entries).map(JmhJson::entry).toList());
    }

    private static JmhJson run(String gemm, String device, double speed) {
        return JmhJson.of("org.example.Some.run")
                .property("mfu.device", "H100")
                .param("gemm", gemm)
                .param("device", device)
                .forks(0.999 * speed, speed, 1.001 * speed);
    }

    private static JmhJson share(String peak, double mfu) {
        return run("native", "cuda:0", 100)
                .property("mfu.peakTflops", peak)
                .secondary("mfu", "share", 0.999 * mfu, mfu, 1.001 * mfu);
    }

    private Fleet fleet(String metric) {
        return Fleet.of(files, new MetricLabel(metric), 0.03, Optional.empty());
    }

    private List<History> histories(String metric) {
        return History.of(files, Optional.of(new MetricLabel(metric)), Optional.empty());
    }

    @Test
    void aDeviceThatMultipliesInAnotherWayIsASibling() {
        file("a", run("native", "cuda:0", 100));
        file("b", run("native", "cuda:1", 100));
        file("slow", run("upcast", "cuda:0", 60));

        Fleet fleet = fleet("score");

        assertThat(fleet.incomplete()).isEmpty();
        assertThat(fleet.siblings()).singleElement().satisfies(cards -> {
            assertThat(cards.members())
                    .extracting(Siblings.Member::standing)
                    .containsExactly(Standing.LEVEL, Standing.LEVEL, Standing.STRAGGLER);
            assertThat(cards.identity().params()).isEmpty();
            assertThat(cards.choices())
                    .containsExactly("device: cuda:0 in a, slow; cuda:1 in b", "gemm: native in a, b; upcast in slow");
        });
    }

    @Test
    void aSlowdownByAnotherWayToMultiplyIsInOneHistory() {
        for (int day = 0; day < 12; day++) {
            file("day" + day, run(day < 6 ? "native" : "upcast", "cuda:0", (day < 6 ? 100 : 60) + 0.1 * (day % 3)));
        }

        assertThat(histories("score")).singleElement().satisfies(history -> {
            assertThat(history.changes()).singleElement().satisfies(change -> {
                assertThat(change.at()).isEqualTo(6);
                assertThat(change.ratio()).isCloseTo(0.6, within(0.001));
            });
            assertThat(history.choices()).containsExactly("gemm: native in 6 files; upcast in 6 files");
        });
    }

    @Test
    void aFileThatComparesTheWaysKeepsThemApart() {
        file("a", run("native", "cuda:0", 100), run("upcast", "cuda:0", 60));
        file("b", run("native", "cuda:0", 100), run("upcast", "cuda:0", 60));

        assertThat(fleet("score").siblings()).hasSize(2);
        assertThat(fleet("score").isSound()).isTrue();
        assertThat(histories("score")).hasSize(2);
    }

    @Test
    void theDeviceParameterSeparatesWhereNothingElseNamesTheDevice() {
        for (int i = 0; i < 2; i++) {
            file(
                    "day" + i,
                    JmhJson.of("org.example.Some.run")
                            .param("device", "cuda:" + i)
                            .forks(1, 2, 3));
        }
        assertThat(histories("score")).hasSize(2);
    }

    @Test
    void sharesOfDifferentPeaksAreDifferentMeasurements() {
        for (int day = 0; day < 12; day++) {
            file("day" + day, day < 6 ? share("989", 0.4) : share("1979", 0.2));
        }
        assertThat(histories("mfu")).hasSize(2).allSatisfy(history -> assertThat(history.changes())
                .isEmpty());
        assertThat(histories("mfu").get(1).identity().params()).containsEntry("mfu.peakTflops", "1979");
        assertThat(histories("score")).hasSize(1);
        files.clear();
        file("a", share("989", 0.4));
        file("b", share("989", 0.4));
        file("other", share("1979", 0.2));
        assertThat(fleet("mfu").siblings()).hasSize(2);
        assertThat(fleet("mfu").incomplete()).isEmpty();
        assertThat(fleet("mfu").siblings().get(1).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.ALONE);
    }

    private static JmhJson batch(String size) {
        return run("native", "cuda:0", 100).param("batchSize", size);
    }

    @Test
    void anotherLargestBatchIsNotAMissingMeasurement() {
        file("a", batch("24"), batch("1"));
        file("b", batch("24"), batch("1"));
        file("smaller", batch("22"), batch("1"));

        assertThat(fleet("score").incomplete()).isEmpty();
        assertThat(fleet("score").isSound()).isFalse();
        assertThat(fleet("score").otherBatches())
                .extracting(
                        Fleet.OtherBatch::file, one -> one.own().params().get("batchSize"), Fleet.OtherBatch::batches)
                .containsExactly(
                        tuple("a", "24", List.of("22")),
                        tuple("b", "24", List.of("22")),
                        tuple("smaller", "22", List.of("24")));
        file("cut", batch("24"));
        assertThat(fleet("score").incomplete())
                .extracting(Fleet.Incomplete::file, one -> one.lacks().size(), Fleet.Incomplete::of)
                .containsExactly(tuple("cut", 1, 2));
    }
}
