package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of {@code ./mfu flops} that change nothing of what is asked are refused, and not dropped. */
class FlopsOptionsTest {
    private static final String RESULT = "results/published/notebook-a100.json";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                RESULT + " | --model gpt-xl",
                RESULT + " | --config config.json",
                RESULT + " | --layers 2",
                RESULT + " | --batch 2",
                RESULT + " | --seq 64",
                RESULT + " | --logits last",
                RESULT + " | --dtype fp32",
                RESULT + " | --terms",
                RESULT + " | --bytes",
                RESULT + " | --tokens 1e12",
                RESULT + " | --devices 8",
                "--tokens 1e12 | --terms",
                "--tokens 1e12 | --batch 8",
                "--tokens 1e12 | --logits last",
                "--tokens 1e12 --peak-tflops 312 --mfu 0.4 | --dtype fp8",
                "--bytes | --terms",
                "--bytes | --convention exact",
                "--bytes | --tokens 1e12",
                "--bytes | --mfu 0.4",
                "--bytes | --logits last",
                "--terms | --dtype fp32",
                "--seq 64 | --dtype fp32",
                "--per-token-csv | --model gpt-xl",
                "--per-token-csv | --format json",
            })
    void anOptionThatChangesNothingIsRefused(String asked, String idle) {
        Ran ran = Ran.mfu(("flops " + asked + " " + idle).split(" "));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains("leave ", idle.replaceAll(" .*", ""));
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.out()).isEmpty();
    }

    /** Each of these changes the answer, so that a refusal above is not one of everything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                RESULT + " | --convention kaplan",
                "--model gpt-small --tokens 1e12 | --seq 64",
                "--model gpt-small --tokens 1e12 --mfu 0.4 --device A100-SXM4-80GB | --dtype fp32",
                "--model gpt-small --bytes | --batch 8",
                "--model gpt-small --bytes | --dtype fp32",
                "--model gpt-small --terms | --logits last",
                "--model gpt-small | --batch 8",
            })
    void oneThatChangesTheAnswerIsNot(String asked, String option) {
        String[] without = ("flops " + asked).split(" ");
        String[] with = Arrays.copyOf(without, without.length + 2);
        System.arraycopy(option.split(" "), 0, with, without.length, 2);
        assertThat(Ran.mfu(with).exitCode()).as(Ran.mfu(with).err()).isZero();
        assertThat(Ran.mfu(with).out()).isNotEqualTo(Ran.mfu(without).out());
    }

    /** The hub's files of quantized models have the sizes of the others, and the field besides. */
    @Test
    void thatWeightsOfFewerBitsAreCountedLikeOthersIsSaid(@TempDir Path folder) throws IOException {
        String plain = "{\"model_type\": \"llama\"%s}";
        Path full = Files.writeString(folder.resolve("full.json"), plain.formatted(""));
        Path few = Files.writeString(
                folder.resolve("few-bits.json"),
                plain.formatted(", \"quantization_config\": {\"quant_method\": \"fp8\"}"));
        for (String option : List.of("--config", "--model")) {
            assertThat(Ran.mfu("flops", option, full.toString()).err()).isEmpty();
            Ran ran = Ran.mfu("flops", option, few.toString());
            assertThat(ran.err()).containsOnlyOnce("Note: the config.json of few-bits has quantized weights");
            assertThat(ran.exitCode()).isZero();
        }
    }

    /** Some files on the hub are of models that classify or embed: the same blocks, and no head over the vocabulary. */
    @Test
    void thatAModelWithoutAHeadIsCountedWithOneIsSaid(@TempDir Path folder) throws IOException {
        String config = "{\"model_type\": \"llama\", \"architectures\": [\"%s\"]}";
        Path with = Files.writeString(folder.resolve("with.json"), config.formatted("LlamaForCausalLM"));
        Path without = Files.writeString(folder.resolve("without.json"), config.formatted("LlamaModel"));

        assertThat(Ran.mfu("flops", "--config", with.toString()).err()).isEmpty();
        Ran ran = Ran.mfu("flops", "--config", without.toString());
        assertThat(ran.err())
                .containsOnlyOnce("Note: the config.json of without names LlamaModel, which has no output head");
        assertThat(ran.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"nosuch.json", "nosuch.json --convention exact"})
    void aResultFileThatIsNotThereIsNamed(String arguments) {
        Ran ran = Ran.mfu(("flops " + arguments).split(" "));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("nosuch.json");
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.out()).isEmpty();
    }
}
