package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.hub.TinyModels;

class HubNamesTest {

    static List<String> tiny() {
        return TinyModels.names();
    }

    /** state_dict.csv: what the library's own model of the same config.json has, by Transformers 5.18. */
    @ParameterizedTest
    @MethodSource("tiny")
    void namesAndShapesAreTheLibrarys(String name) throws IOException {
        List<String> ours = HubNames.of(TinyModels.named(name)).stream()
                .map(tensor -> tensor.name() + ","
                        + tensor.shape().stream().map(String::valueOf).collect(Collectors.joining("x")))
                .toList();
        List<String> theirs = Files.readAllLines(TinyModels.folder(name).resolve("state_dict.csv"));
        assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs.subList(1, theirs.size()));
    }

    @ParameterizedTest
    @MethodSource("tiny")
    void everyNumberOfEveryParameterIsWrittenOnce(String name) {
        Architecture model = TinyModels.named(name);
        Map<String, float[]> sources = numbered(model);
        Map<String, float[]> written = new HashMap<>();
        long parameters = 0;
        for (HubTensor tensor : HubNames.of(model)) {
            if (tensor.parameter()) {
                float[] numbers = tensor.from(sources.get(tensor.source()));
                assertThat((long) numbers.length).isEqualTo(tensor.size());
                written.merge(tensor.source(), numbers, HubNamesTest::joined);
                parameters += tensor.size();
            }
        }
        assertThat(parameters).isEqualTo(model.parameters());
        sources.forEach((source, numbers) -> {
            float[] sorted = written.get(source).clone();
            Arrays.sort(sorted);
            assertThat(sorted).as(source).isEqualTo(numbers);
        });
    }

    @Test
    void rowsOfQueriesKeysAndValuesAreTakenInTheirOrder() {
        Architecture model = TinyModels.named("mistral"); // 8 heads and 4 of keys, 16 columns; width 64
        assertThat(firstAndLast(model, "model.layers.1.self_attn.q_proj.weight"))
                .containsExactly(0, 128 * 64 - 1);
        assertThat(firstAndLast(model, "model.layers.1.self_attn.k_proj.weight"))
                .containsExactly(128 * 64, 192 * 64 - 1);
        assertThat(firstAndLast(model, "model.layers.1.self_attn.v_proj.weight"))
                .containsExactly(192 * 64, 256 * 64 - 1);
        assertThat(firstAndLast(model, "model.layers.1.mlp.gate_proj.weight")).containsExactly(0, 144 * 64 - 1);
        assertThat(firstAndLast(model, "model.layers.1.mlp.up_proj.weight")).containsExactly(144 * 64, 288 * 64 - 1);
    }

    @Test
    void matricesOfGpt2AreTransposed() {
        Architecture model = TinyModels.named("gpt2");
        float[] numbers = numbers(model, "transformer.h.0.attn.c_attn.weight"); // [64, 192] of [192, 64]
        assertThat(numbers[0]).isEqualTo(0);
        assertThat(numbers[1]).isEqualTo(64);
        assertThat(numbers[192]).isEqualTo(1);
        assertThat(numbers[5 * 192 + 7]).isEqualTo(7 * 64 + 5);
    }

    @Test
    void aTiedHeadIsThereOnceMoreAndIsNoParameter() {
        HubTensor head = last(TinyModels.named("llama"));
        assertThat(head.name()).isEqualTo("lm_head.weight");
        assertThat(head.source()).isEqualTo("token_embedding");
        assertThat(head.parameter()).isFalse();
        assertThat(last(TinyModels.named("mistral")).parameter()).isTrue();
    }

    @Test
    void aSourceThatIsTooShortIsNoticed() {
        HubTensor head = last(TinyModels.named("llama"));
        assertThatIllegalArgumentException().isThrownBy(() -> head.from(new float[3]));
    }

    private static HubTensor last(Architecture model) {
        List<HubTensor> tensors = HubNames.of(model);
        return tensors.get(tensors.size() - 1);
    }

    private static int[] firstAndLast(Architecture model, String name) {
        float[] numbers = numbers(model, name);
        return new int[] {(int) numbers[0], (int) numbers[numbers.length - 1]};
    }

    private static float[] numbers(Architecture model, String name) {
        HubTensor tensor = HubNames.of(model).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return tensor.from(numbered(model).get(tensor.source()));
    }

    /** Each of the program's tensors holding 0, 1, 2, ... (exact in fp32: the models are small). */
    private static Map<String, float[]> numbered(Architecture model) {
        return ParameterLayout.of(model, Program.FUSED).parameters().stream()
                .collect(Collectors.toMap(Tensor::name, tensor -> {
                    float[] numbers = new float[Math.toIntExact(tensor.size())];
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = i;
                    }
                    return numbers;
                }));
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
