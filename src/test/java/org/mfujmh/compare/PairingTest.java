package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mfujmh.results.Difference;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.schema.PassParams;
import org.mfujmh.schema.TrainingParams;

/** Which measurements of two files are held against each other. */
class PairingTest {
    /** Two values of each parameter that says how the work is done. */
    private static final Map<String, List<String>> TWO = Map.of(
            PassParams.DEVICE, List.of("auto", "cpu"),
            PassParams.GEMM, List.of("auto", "native"),
            PassParams.LOSS, List.of("sum", "cross_entropy"),
            PassParams.DTYPE, List.of("bf16", "fp32"),
            PassParams.PROGRAM, List.of("fused", "plain"),
            TrainingParams.OPTIMIZER, List.of("adamw", "sgd"),
            TrainingParams.ACCUMULATION, List.of("1", "4"),
            TrainingParams.CHECKPOINT, List.of("none", "blocks"),
            TrainingParams.WEIGHTS, List.of("same", "fp32"),
            TrainingParams.CLIP, List.of("none", "1.0"));

    /** A file of before a parameter has none of it: the same work is not assumed. */
    @Test
    void whatIsDoneInAnotherWayIsPairedAndTheWayIsSaid() {
        assertThat(TWO.keySet()).containsExactlyInAnyOrderElementsOf(PassParams.HOW);
        TWO.forEach((name, values) -> {
            Difference difference = only(step().param(name, values.get(0)), step().param(name, values.get(1)));
            assertThat(difference.change()).isEqualTo(values.get(0) + " -> " + values.get(1));
            assertThat(difference.incomparable())
                    .as(name)
                    .isEqualTo(!name.equals(PassParams.GEMM) && !name.equals(PassParams.DEVICE));
            assertThat(only(step(), step().param(name, values.get(1))).before()).isEqualTo("not recorded");
        });
    }

    /** Where the file does not say which device it was, the parameter is all there is. */
    @Test
    void theDeviceParameterCountsWhereTheDeviceIsNotRecorded() {
        Pairing pair = Pairing.of(
                        List.of(JmhJson.of("a.B.run").param("device", "cpu").entry()),
                        List.of(JmhJson.of("a.B.run").param("device", "cuda:0").entry()))
                .get(0);
        assertThat(pair.forbidding()).extracting(Difference::what).containsExactly("device parameter");
    }

    /** Both differ in one condition that forbids; the second has the same GEMM too. */
    @Test
    void ofEquallyIncomparableOnesTheOneWithFewerDifferencesIsTheClosest() {
        Entry before =
                step().param("optimizer", "adamw").param("gemm", "native").entry();
        Entry other = step().param("optimizer", "sgd").param("gemm", "via_fp32").entry();
        Entry closer = step().param("optimizer", "none").param("gemm", "native").entry();
        assertThat(Pairing.of(List.of(before), List.of(other, closer)))
                .first()
                .extracting(pair -> pair.current().orElseThrow())
                .isEqualTo(closer);
    }

    private static Difference only(JmhJson before, JmhJson after) {
        List<Pairing> pairs = Pairing.of(List.of(before.entry()), List.of(after.entry()));
        assertThat(pairs).hasSize(1);
        assertThat(pairs.get(0).current()).isPresent();
        List<Difference> differences = pairs.get(0).differences();
        assertThat(differences).hasSize(1);
        return differences.get(0);
    }

    private static JmhJson step() {
        return JmhJson.of("org.mfujmh.bench.TrainStepBenchmark.trainStep")
                .property("mfu.device", "Test CPU 1")
                .property("mfu.cpu", "Test CPU 1")
                .forks(1, 2, 3);
    }
}
