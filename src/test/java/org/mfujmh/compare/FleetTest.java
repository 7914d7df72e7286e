package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.compare.Siblings.Standing;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;

class FleetTest {
    private final Map<String, List<Entry>> files = new LinkedHashMap<>();

    private static JmhJson run(String device, String batch, double... forks) {
        return JmhJson.of("org.example.Some.run")
                .param("batchSize", batch)
                .property("mfu.device", device)
                .forks(forks);
    }

    private void file(String name, JmhJson... entries) {
        files.put(name, java.util.Arrays.stream(entries).map(JmhJson::entry).toList());
    }

    private Fleet fleet() {
        return Fleet.of(files, MetricLabel.SCORE, 0.03, Optional.empty());
    }

    @Test
    void aCardThreePercentBelowItsSiblingsIsAStragglerAndOneOfAnotherKindIsNot() {
        file("a", run("H100", "1", 99.9, 100, 100.1));
        file("b", run("H100", "1", 100.9, 101, 101.1));
        file("c", run("H100", "1", 101.9, 102, 102.1));
        file("slow", run("H100", "1", 96.9, 97, 97.1));
        file("other", run("L4", "1", 9.9, 10, 10.1));

        Fleet fleet = fleet();

        Siblings cards = fleet.siblings().get(0);
        assertThat(cards.members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.LEVEL, Standing.LEVEL, Standing.LEVEL, Standing.STRAGGLER);
        // 97 against the median of 100, 101 and 102.
        assertThat(cards.members().get(3).ratio()).isCloseTo(97.0 / 101, within(1e-12));
        assertThat(cards.median()).isEqualTo(100.5);
        assertThat(fleet.siblings().get(1).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.ALONE);
        assertThat(fleet.isSound()).isFalse();
    }

    @Test
    void unitsAreConvertedAndZeroIsAValue() {
        file("a", run("H100", "1", 999, 1000, 1001));
        file("b", run("H100", "1", 0.999, 1, 1.001).mode("thrpt", "ops/ms"));
        file("dead", run("H100", "1", 0, 0, 0));
        assertThat(fleet().siblings().get(0).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.LEVEL, Standing.LEVEL, Standing.STRAGGLER);
        files.clear();
        file("a", run("H100", "2", 0, 0, 0));
        file("b", run("H100", "2", 0, 0, 0));
        assertThat(fleet().siblings().get(0).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.LEVEL, Standing.LEVEL);
    }

    @Test
    void whatItsOwnNoiseMayExplainIsNotCalledAStraggler() {
        file("a", run("H100", "1", 99.9, 100, 100.1));
        file("b", run("H100", "1", 99.9, 100, 100.1));
        file("noisy", run("H100", "1", 85, 95, 105));
        file("single", run("H100", "1", 90));

        Fleet fleet = fleet();

        assertThat(fleet.siblings().get(0).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(Standing.LEVEL, Standing.LEVEL, Standing.UNSURE, Standing.TOO_FEW);
        assertThat(fleet.isSound()).isTrue();
    }

    /** What {@code check} calls FAILED is a finding here too, however the forks that returned compare. */
    @Test
    void aDeviceWithoutANumberOrWithForksMissingFailed() {
        for (double[] forks : List.of(new double[] {Double.NaN, Double.NaN}, new double[] {100, 100, Double.NaN})) {
            files.clear();
            file("a", run("H100", "1", 1, 1, 1).secondary("tokens_per_s", "tok/s", 99.9, 100, 100.1));
            file("b", run("H100", "1", 1, 1, 1).secondary("tokens_per_s", "tok/s", 99.9, 100, 100.1));
            file("nan", run("H100", "1", 1, 1, 1).secondary("tokens_per_s", "tok/s", forks));

            Fleet fleet = Fleet.of(files, MetricLabel.TOKENS_PER_SECOND, 0.03, Optional.empty());

            assertThat(fleet.siblings().get(0).members())
                    .extracting(Siblings.Member::standing)
                    .containsExactly(Standing.LEVEL, Standing.LEVEL, Standing.FAILED);
            assertThat(fleet.siblings().get(0).members().get(2).fault()).isEqualTo("tokens_per_s is NaN");
            assertThat(fleet.isSound()).isFalse();
        }
        files.clear();
        file("a", run("H100", "1", 99.9, 100, 100.1));
        file("died", run("H100", "1", 60).asked(5));

        assertThat(fleet().siblings().get(0).members().get(1)).satisfies(died -> {
            assertThat(died.standing()).isEqualTo(Standing.FAILED);
            assertThat(died.fault()).isEqualTo("5 forks were requested and 1 returned a result");
        });
        assertThat(fleet().isSound()).isFalse();
    }

    @Test
    void whatCannotBeConvertedFailed() {
        file("a", run("H100", "1", 99.9, 100, 100.1));
        file("b", run("H100", "1", 99.9, 100, 100.1).mode("thrpt", "frames"));

        assertThat(fleet().siblings().get(0).members().get(1).fault())
                .isEqualTo("its unit is frames, and that of the first file is ops/s");
    }

    /** The noise of the reference is that of forks, not the distance of one straggler from the rest. */
    @Test
    void twoStragglersOfFourDoNotHideEachOther() {
        file("a", run("H100", "1", 99, 99.5, 100, 100.5, 101));
        file("b", run("H100", "1", 100, 100.5, 101, 101.5, 102));
        file("c", run("H100", "1", 99, 99.5, 100, 100.5, 101));
        file("slow-1", run("H100", "1", 89, 89.5, 90, 90.5, 91));
        file("slow-2", run("H100", "1", 89, 89.5, 90, 90.5, 91));

        assertThat(fleet().siblings().get(0).members())
                .extracting(Siblings.Member::standing)
                .containsExactly(
                        Standing.LEVEL, Standing.LEVEL, Standing.LEVEL, Standing.STRAGGLER, Standing.STRAGGLER);
    }

    @Test
    void ofTimesTheLongerIsTheStraggler() {
        file("a", run("H100", "1", 9.99, 10, 10.01).mode("avgt", "ms/op"));
        file("b", run("H100", "1", 9.99, 10, 10.01).mode("avgt", "ms/op"));
        file("slow", run("H100", "1", 10.49, 10.5, 10.51).mode("avgt", "ms/op"));

        Siblings.Member slow = fleet().siblings().get(0).members().get(2);

        assertThat(slow.standing()).isEqualTo(Standing.STRAGGLER);
        assertThat(slow.ratio()).isCloseTo(10 / 10.5, within(1e-12));
    }

    @Test
    void aFileThatLacksWhatOthersOfItsKindHaveIsNotWhole() {
        file("a", run("H100", "1", 1, 1, 1), run("H100", "8", 8, 8, 8));
        file("cut", run("H100", "8", 8, 8, 8));
        file("other", run("L4", "1", 1, 1, 1));

        assertThat(fleet().incomplete()).singleElement().satisfies(one -> {
            assertThat(one.file()).isEqualTo("cut");
            assertThat(one.of()).isEqualTo(2);
            assertThat(one.lacks()).singleElement().satisfies(lacks -> assertThat(lacks.params())
                    .containsEntry("batchSize", "1"));
        });
    }
}
