package org.mfujmh.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;

/** The book's ladder, against the shares of the A100's peak that were computed from its figures by hand. */
class LadderRungTest {
    /** 6M + 12AT FLOPs a token: 855,197,184 with a vocabulary of 50257; over 19.5, 156 and 312 TFLOP/s. */
    private static final List<Double> SHARES = List.of(0.549, 0.151, 0.156, 0.125, 0.151, 0.252, 0.307, 0.349, 0.389);

    @Test
    void thePublishedRatesAreTheseSharesOfTheA100() {
        List<LadderRung> rungs = LadderRung.all();
        assertThat(rungs).hasSameSizeAs(SHARES);
        for (int i = 0; i < rungs.size(); i++) {
            assertThat(rungs.get(i).publishedMfu()).as(rungs.get(i).name()).isCloseTo(SHARES.get(i), offset(0.0006));
        }
    }

    @Test
    void aRungIsMeasurableOrSaysWhyNot() {
        for (LadderRung rung : LadderRung.all()) {
            if (rung.missing().isEmpty()) {
                assertThat(Models.isShipped(rung.model())).as(rung.name()).isTrue();
                Precision.of(rung.dtype());
                Program.of(rung.program());
                Optimizer.of(rung.optimizer());
            }
        }
        assertThat(LadderRung.all().stream().filter(rung -> rung.backend().equals(Optional.of(Backend.AUTOGRAD))))
                .hasSize(1);
    }
}
