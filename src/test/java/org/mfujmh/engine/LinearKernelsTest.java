package org.mfujmh.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.mfujmh.model.Precision;

class LinearKernelsTest {

    @Test
    void anyLibtorchRunsThePlainOnes() {
        assertThat(LinearKernels.run(Precision.BF16, LinearKernels.PLAIN.source()))
                .isTrue();
        assertThat(LinearKernels.run(Precision.FP16, LinearKernels.PLAIN.source()))
                .isTrue();
    }

    /** As in a libtorch that was built without oneDNN: the text does not compile. */
    @Test
    void anOperatorThatIsMissingIsFoundByTrying() {
        assertThat(runAltered("ops.mkldnn._linear_pointwise", "ops.mkldnn._linear_of_another_build"))
                .isFalse();
    }

    /** As on a CPU for which oneDNN refuses a precision: it throws when it runs. */
    @Test
    void anOperatorThatRefusesIsFoundByTrying() {
        assumeTrue(
                LinearKernels.run(Precision.BF16, LinearKernels.ONEDNN.source()),
                "this libtorch or CPU does not run them");
        assertThat(runAltered("\"tanh\"", "\"no such algorithm\"")).isFalse();
    }

    private static boolean runAltered(String text, String instead) {
        String source = new String(LinearKernels.ONEDNN.source(), UTF_8);
        String altered = source.replace(text, instead);
        assertThat(altered).isNotEqualTo(source);
        return LinearKernels.run(Precision.BF16, altered.getBytes(UTF_8));
    }

    @Test
    void whatIsChosenHereRunsHere() {
        for (Precision precision : new Precision[] {Precision.BF16, Precision.FP16}) {
            assertThat(LinearKernels.run(
                            precision, LinearKernels.here(precision).source()))
                    .isTrue();
        }
    }
}
