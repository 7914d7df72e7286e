package org.mfujmh.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.mfujmh.model.Precision;

class ProductsTest {

    @Test
    void anyLibtorchRunsThePlainOnes() {
        assertThat(Products.run(Precision.BF16, Products.PLAIN.source())).isTrue();
        assertThat(Products.run(Precision.FP16, Products.PLAIN.source())).isTrue();
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
        assumeTrue(Products.run(Precision.BF16, Products.ONEDNN.source()), "this libtorch or CPU does not run them");
        assertThat(runAltered("\"tanh\"", "\"no such algorithm\"")).isFalse();
    }

    private static boolean runAltered(String text, String instead) {
        String source = new String(Products.ONEDNN.source(), UTF_8);
        String altered = source.replace(text, instead);
        assertThat(altered).isNotEqualTo(source);
        return Products.run(Precision.BF16, altered.getBytes(UTF_8));
    }

    @Test
    void whatIsChosenHereRunsHere() {
        for (Precision precision : new Precision[] {Precision.BF16, Precision.FP16}) {
            assertThat(Products.run(precision, Products.here(precision).source()))
                    .isTrue();
        }
    }
}
