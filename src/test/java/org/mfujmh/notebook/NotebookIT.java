package org.mfujmh.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Pass;
import org.mfujmh.model.hub.Models;

/** The notebook's printed figures, held against our own counts. */
class NotebookIT {

    @Test
    void everyCountThatTheNotebookPrintsIsOursWithoutAttention() {
        NotebookFigures.printed().filter(line -> line.part() < 3).forEach(line -> {
            double ours = new Workload(Models.named(line.model()), line.batch(), 1024)
                    .flops(Convention.LINEAR_ONLY, Pass.FORWARD)
                    .doubleValue();
            assertThat(String.format(Locale.ROOT, "%.1e", ours))
                    .as(line.toString())
                    .isEqualTo(line.flops());
        });
    }

    /** Recomputed from the notebook's tokens/s by others: 312 TFLOP/s, full attention. */
    @Test
    void theCorrectedMfuIsThatOfTheDatasheetsPeakAndEveryProduct() {
        Map<String, Double> expected = Map.of(
                "gpt-small 16", 0.0938,
                "gpt-small 24", 0.1713,
                "gpt-medium 4", 0.1565,
                "gpt-medium 6", 0.1686,
                "gpt-medium 7", 0.1750,
                "gpt-large 8", 0.2077,
                "gpt-xl 4", 0.2232);
        assertThat(NotebookFigures.printed().filter(line -> line.part() == 3))
                .hasSize(7)
                .allSatisfy(line -> assertThat(Notebook.correctedMfu(
                                Models.named(line.model()), Double.parseDouble(line.tokensPerSecond())))
                        .isCloseTo(expected.get(line.model() + " " + line.batch()), within(0.00006)));
    }

    /** Otherwise a model of a shorter context is searched and measured, and then fails. */
    @Test
    void aModelIsCountedAtNoMoreTokensThanItTakes() {
        Architecture tiny = Models.named("gpt-tiny");
        assertThat(tiny.context()).isEqualTo(64);
        assertThat(Notebook.perToken(tiny))
                .isEqualTo(new Workload(tiny, 1, 64).perToken(Convention.EXACT, Pass.FORWARD_BACKWARD));
        assertThat(Notebook.lengths(Models.notebook())).isEqualTo("1024");
        assertThat(Notebook.lengths(List.of(Models.named("gpt-small"), tiny))).isEqualTo("1024 (gpt-tiny: 64)");
    }

    @Test
    void everyFaultSaysWhatIsDoneAboutIt() {
        assertThat(NotebookFigures.faults()).hasSizeGreaterThan(8).allSatisfy(fault -> {
            assertThat(fault.fault()).isNotBlank();
            assertThat(fault.here()).isNotBlank();
        });
    }
}
