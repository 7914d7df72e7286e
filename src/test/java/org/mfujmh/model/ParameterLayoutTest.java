package org.mfujmh.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mfujmh.model.hub.Models;

class ParameterLayoutTest {

    private static final Architecture SMALL = Models.named("gpt-small");
    private static final Architecture TINY = Models.named("gpt-tiny");

    /** 4 + 12 or 16 a layer + 1; the sums are the book's own for its models. */
    @ParameterizedTest
    @CsvSource({
        "gpt-small, 149, 197, 163037184",
        "gpt-medium, 293, 389, 406286336",
        "gpt-large, 437, 581, 838359040",
        "gpt-xl, 581, 773, 1638022400"
    })
    void hasThePublishedNumberOfParameters(String model, int fused, int notebook, long numbers) {
        ParameterLayout inFused = ParameterLayout.of(Models.named(model), Program.FUSED);
        ParameterLayout inNotebook = ParameterLayout.of(Models.named(model), Program.NOTEBOOK);
        assertThat(inFused.parameters()).hasSize(fused);
        assertThat(inNotebook.parameters()).hasSize(notebook);
        assertThat(inFused.size()).isEqualTo(numbers);
        assertThat(inNotebook.size()).isEqualTo(numbers);
    }

    @Test
    void listsTheFusedTensorsInTheProgramsOrder() {
        assertThat(ParameterLayout.of(Gpt2.of("one", 1, 6, 2, 11, 5), Program.FUSED)
                        .toString())
                .isEqualTo("""
                        token_embedding[11, 6]
                        position_embedding[5, 6]
                        blocks.0.norm1.scale[6]
                        blocks.0.norm1.shift[6]
                        blocks.0.attention.qkv.weight[18, 6]
                        blocks.0.attention.qkv.bias[18]
                        blocks.0.attention.out.weight[6, 6]
                        blocks.0.attention.out.bias[6]
                        blocks.0.norm2.scale[6]
                        blocks.0.norm2.shift[6]
                        blocks.0.mlp.up.weight[24, 6]
                        blocks.0.mlp.up.bias[24]
                        blocks.0.mlp.down.weight[6, 24]
                        blocks.0.mlp.down.bias[6]
                        final_norm.scale[6]
                        final_norm.shift[6]
                        head.weight[11, 6]""");
    }

    @Test
    void listsTheNotebooksQueryKeyAndValueEachWithItsBias() {
        List<String> names = ParameterLayout.of(TINY, Program.NOTEBOOK).parameters().stream()
                .map(Tensor::name)
                .toList();
        assertThat(names.subList(18, 28))
                .containsExactly(
                        "blocks.1.norm1.scale",
                        "blocks.1.norm1.shift",
                        "blocks.1.attention.query.weight",
                        "blocks.1.attention.query.bias",
                        "blocks.1.attention.key.weight",
                        "blocks.1.attention.key.bias",
                        "blocks.1.attention.value.weight",
                        "blocks.1.attention.value.bias",
                        "blocks.1.attention.out.weight",
                        "blocks.1.attention.out.bias");
    }

    @ParameterizedTest
    @EnumSource
    void namesEachTensorOnce(Program program) {
        List<Tensor> parameters = ParameterLayout.of(SMALL, program).parameters();
        assertThat(new HashSet<>(parameters.stream().map(Tensor::name).toList()))
                .hasSameSizeAs(parameters);
    }

    @Test
    void stacksQueryKeyAndValueAndTakesThemApartAgain() {
        ParameterLayout fused = ParameterLayout.of(TINY, Program.FUSED);
        ParameterLayout notebook = ParameterLayout.of(TINY, Program.NOTEBOOK);
        List<double[]> separate = numbered(notebook);

        List<double[]> stacked = notebook.convert(separate, fused);

        double[] qkv = stacked.get(fused.indexOf("blocks.1.attention.qkv.weight"));
        int rows = 64;
        assertThat(qkv[5 * 64 + 7])
                .isEqualTo(separate.get(notebook.indexOf("blocks.1.attention.query.weight"))[5 * 64 + 7]);
        assertThat(qkv[(rows + 5) * 64 + 7])
                .isEqualTo(separate.get(notebook.indexOf("blocks.1.attention.key.weight"))[5 * 64 + 7]);
        assertThat(qkv[(2 * rows + 5) * 64 + 7])
                .isEqualTo(separate.get(notebook.indexOf("blocks.1.attention.value.weight"))[5 * 64 + 7]);
        assertThat(stacked.get(fused.indexOf("blocks.0.attention.qkv.bias"))[64 + 3])
                .isEqualTo(separate.get(notebook.indexOf("blocks.0.attention.key.bias"))[3]);
        assertThat(stacked.get(fused.indexOf("head.weight"))).isEqualTo(separate.get(notebook.indexOf("head.weight")));

        List<double[]> back = fused.convert(stacked, notebook);
        assertThat(back).hasSameSizeAs(separate);
        for (int i = 0; i < back.size(); i++) {
            assertThat(back.get(i)).isEqualTo(separate.get(i));
        }
    }

    @Test
    void refusesTensorsOfAnotherModel() {
        ParameterLayout tiny = ParameterLayout.of(TINY, Program.FUSED);
        ParameterLayout deeper = ParameterLayout.of(Gpt2.of("deeper", 3, 64, 2, 256, 64), Program.NOTEBOOK);
        ParameterLayout larger = ParameterLayout.of(Gpt2.of("larger", 2, 64, 2, 257, 64), Program.NOTEBOOK);
        List<double[]> values = numbered(tiny);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.convert(values, deeper))
                .withMessageContaining("blocks.2.norm1.scale");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.convert(values, larger))
                .withMessage("token_embedding has 16448 numbers, not 16384.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tiny.requireSizes(values.subList(1, values.size())))
                .withMessage("The layout has 29 tensors, not 28.");
    }

    /** Every number another. */
    private static List<double[]> numbered(ParameterLayout layout) {
        List<double[]> tensors = new ArrayList<>();
        double next = 0;
        for (Tensor parameter : layout.parameters()) {
            double[] values = new double[(int) parameter.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = next++;
            }
            tensors.add(values);
        }
        return tensors;
    }
}
