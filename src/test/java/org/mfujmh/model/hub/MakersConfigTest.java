package org.mfujmh.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models as their makers' config.json on the hub have them, with all the fields that stand there besides. */
class MakersConfigTest {
    private static final Path MAKERS = Path.of("src/test/resources/org/mfujmh/model/hub/makers");

    /** Parameters as the hub counts them in the weights' files. */
    @ParameterizedTest
    @CsvSource({
        "Qwen3-Coder-30B-A3B-Instruct, 30532122624",
        "Qwen3-Coder-480B-A35B-Instruct, 480154875392",
        "gpt2-medium, 354823168",
        "gpt2-xl, 1557611200",
    })
    void itsParametersAreThePublishedOnes(String name, long parameters) {
        assertThat(Models.ofFile(MAKERS.resolve(name + ".json").toString())
                        .architecture()
                        .parameters())
                .isEqualTo(parameters);
    }
}
