package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
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
        assertFrequencies(rotary(model).frequencies(context), frequencies);
        assertThat(rotary(model).scaling().attentionFactor()).isCloseTo(factor, within(1e-7));
        assertThat(model.whyNotRun()).isEmpty();
    }

    /** Short factors for sequences of the original context and shorter, long ones from the next token on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "phi3 | \"original_max_position_embeddings\": 4096 | 8 | | 4096 | 1.1902380714238083",
                "phi3 | \"original_max_position_embeddings\": 2048, \"partial_rotary_factor\": 0.75 | 6 | | 2048"
                        + " | 1.243163121016122",
                "phi3 | \"original_max_position_embeddings\": 4096 | 8 | \"original_max_position_embeddings\": 64, | 4096"
                        + " | 1.1902380714238083",
                "llama | \"head_dim\": 16 | 8 | \"original_max_position_embeddings\": 1024, \"factor\": 16, | 1024"
                        + " | 1.1832159566199232",
                "llama | \"head_dim\": 16 | 8 | \"original_max_position_embeddings\": 1024, \"attention_factor\": 1.3, | 1024"
                        + " | 1.3",
            })
    void longropesFrequenciesDependOnTheLengthAsTheLibrarys(
            String family, String fields, int pairs, String scaling, int original, double factor) {
        List<Double> shorter = List.of(1.0, 1.05, 1.1, 1.2, 1.4, 1.8, 2.5, 3.0);
        List<Double> longer = List.of(1.1, 1.5, 2.25, 4.0, 8.5, 16.0, 32.0, 64.5);
        Architecture model = Models.ofJson("long", """
                {"model_type": "%s", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "vocab_size": 64,
                 "max_position_embeddings": 131072, %s, "rope_scaling": {"type": "longrope", %s
                 "short_factor": %s, "long_factor": %s}}
                """.formatted(
                family, fields, scaling == null ? "" : scaling, shorter.subList(0, pairs), longer.subList(0, pairs)));
        boolean all = pairs == 8;
        assertFrequencies(
                rotary(model).frequencies(original),
                all
                        ? "1.000000e+00 3.011693e-01 9.090909e-02 2.635231e-02 7.142857e-03 1.756821e-03 4.000000e-04"
                                + " 1.054093e-04"
                        : "1.000000e+00 2.051843e-01 4.219626e-02 8.333333e-03 1.538882e-03 2.578661e-04");
        assertFrequencies(
                rotary(model).frequencies(original + 1),
                all
                        ? "9.090909e-01 2.108185e-01 4.444445e-02 7.905695e-03 1.176471e-03 1.976424e-04 3.125000e-05"
                                + " 4.902756e-06"
                        : "9.090909e-01 1.436290e-01 2.062928e-02 2.500000e-03 2.534628e-04 2.900993e-05");
        assertThat(rotary(model).scaling().attentionFactor()).isCloseTo(factor, within(1e-12));
        assertThat(model.whyNotRun()).isEmpty();
    }

    private static Rotary rotary(Architecture model) {
        return ((Attention.Grouped) model.blocks().get(0).attention()).rotary();
    }

    private static void assertFrequencies(double[] found, String frequencies) {
        double[] expected = Arrays.stream(frequencies.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            // The library's power is of an exponent that is rounded to fp32: theirs is off by up to 6e-8 ln(theta).
            assertThat(found[i]).as("pair %d", i).isCloseTo(expected[i], withinPercentage(3e-4));
        }
    }

    private static Architecture llama(String fields) {
        return Models.ofJson("scaled", """
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1,
                 "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 32, "vocab_size": 64, %s}
                """.formatted(fields));
    }
}
