package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
    @Test
    void numbersAreOrderedByTheirValue() {
        List<String> ordered = List.of(
                "a-2026-9-30.json",
                "a-2026-10-1.json",
                "run-1.json",
                "run-2.json",
                "run-9.json",
                "run-10.json",
                "run-10-b.json",
                "run-10000000000000000000000000000000000000001.json",
                "run.json",
                "v1.9",
                "v1.10",
                "v01.11",
                "v1.11");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.reverse(shuffled);
        shuffled.sort(NaturalOrder.INSTANCE);
        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered);
        assertThat(shuffled.indexOf("run-9.json")).isLessThan(shuffled.indexOf("run-10.json"));
        assertThat(shuffled.subList(0, 2)).containsExactly("a-2026-9-30.json", "a-2026-10-1.json");
        assertThat(shuffled.indexOf("v1.9")).isLessThan(shuffled.indexOf("v1.10"));
        assertThat(NaturalOrder.INSTANCE.compare("v01.11", "v1.11")).isNegative();
        assertThat(NaturalOrder.INSTANCE.compare("a", "a")).isZero();
    }
}
