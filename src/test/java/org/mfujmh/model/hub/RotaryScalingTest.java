package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Rotary;

/** Frequencies and attention factors as Transformers 5.18 computes them (modeling_rope_utils.py), in fp32. */
class RotaryScalingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1e6 | 131072 | \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 32768 | 1.1386294"
                        + " | 1.000000e+00 4.216965e-01 1.778279e-01 7.498942e-02 3.162278e-02 1.333521e-02 4.779901e-03"
                        + " 1.659962e-03 5.500000e-04 1.686786e-04 4.445699e-05 1.874736e-05 7.905694e-06 3.333804e-06"
                        + " 1.405853e-06 5.928434e-07",
                "15e4 | 131072 | \"yarn\", \"factor\": 32.0, \"original_max_position_embeddings\": 4096, \"truncate\": false,"
                        + " \"beta_fast\": 32.0, \"beta_slow\": 1.0 | 1.3465736"
                        + " | 1.000000e+00 4.747820e-01 2.254180e-01 1.070244e-01 5.081327e-02 1.933500e-02 6.794959e-03"
                        + " 2.093793e-03 4.564839e-04 3.830881e-05 1.818834e-05 8.635496e-06 4.099978e-06 1.946596e-06"
                        + " 9.242090e-07 4.387979e-07",
                "1e4 | 131072 | \"yarn\", \"factor\": 40.0, \"original_max_position_embeddings\": 4096, \"mscale\": 1.0,"
                        + " \"mscale_all_dim\": 0.5 | 1.1557220"
                        + " | 1.000000e+00 5.623413e-01 3.162278e-01 1.778279e-01 1.000000e-01 5.623413e-02 2.721818e-02"
                        + " 1.282902e-02 5.821428e-03 2.490369e-03 9.599772e-04 2.921459e-04 2.500000e-05 1.405853e-05"
                        + " 7.905694e-06 4.445698e-06",
                "100 | 512 | \"yarn\", \"factor\": 8.0, \"original_max_position_embeddings\": 64, \"attention_factor\": 1.25 | 1.25"
                        + " | 1.000000e+00 6.769878e-01 4.529972e-01 2.987017e-01 1.932503e-01 1.218622e-01 7.409497e-02"
                        + " 4.259860e-02 2.222222e-02 9.373677e-03 7.029266e-03 5.271206e-03 3.952847e-03 2.964217e-03"
                        + " 2.222849e-03 1.666902e-03",
                "1e6 | 2048 | \"dynamic\", \"factor\": 4.0 | 1"
                        + " | 1.000000e+00 4.216965e-01 1.778279e-01 7.498942e-02 3.162278e-02 1.333521e-02 5.623413e-03"
                        + " 2.371374e-03 1.000000e-03 4.216965e-04 1.778279e-04 7.498942e-05 3.162277e-05 1.333521e-05"
                        + " 5.623413e-06 2.371374e-06",
            })
    void frequenciesAreTheLibrarys(double theta, int context, String scaling, double factor, String frequencies) {
        Architecture model = llama("\"rope_theta\": " + theta + ", \"rope_scaling\": {\"rope_type\": " + scaling
                + "}, \"max_position_embeddings\": " + context);
        Rotary rotary = ((Attention.Grouped) model.blocks().get(0).attention()).rotary();
        double[] expected = Arrays.stream(frequencies.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        double[] found = rotary.frequencies();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            // The library's power is of an exponent that is rounded to fp32: theirs is off by up to 6e-8 ln(theta).
            assertThat(found[i]).as("pair %d", i).isCloseTo(expected[i], withinPercentage(3e-4));
        }
        assertThat(rotary.scaling().attentionFactor()).isCloseTo(factor, within(1e-7));
        assertThat(model.whyNotRun()).isEmpty();
    }

    /** The factor is on turned columns alone, where the program multiplies the scores of all. */
    @Test
    void aFactorOnSomeColumnsDoesNotRun() {
        Architecture phi3 = Models.ofJson("phi", """
                {"model_type": "phi3", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 64, "max_position_embeddings": 512,
                 "partial_rotary_factor": 0.5, "rope_scaling": {"rope_type": "yarn", "factor": 4.0,
                 "original_max_position_embeddings": 128}}
                """);
        assertThat(phi3.whyNotRun().orElseThrow()).contains("an attention factor of yarn");
    }

    private static Architecture llama(String fields) {
        return Models.ofJson("scaled", """
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 32, "vocab_size": 64, %s}
                """.formatted(fields));
    }
}
