package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MfuTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bensh                    | bensh       | Did you mean bench?",
                "nosuchthing              | nosuchthing | `mfu --help`",
                "flops --modle gpt-small  | --modle     | --model",
                "flops --format yaml      | yaml        | JSON",
                "flops --batch            | --batch     | `mfu flops --help`",
                "peaks a b                | 'b'         | `mfu peaks --help`"
            })
    void aMistypedCommandLineIsASentenceWithAHint(String arguments, String asked, String hint) {
        Ran ran = Ran.mfu(arguments.strip().split(" +", -1));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).as(ran.err()).hasSize(1);
        assertThat(ran.err()).contains(asked).contains(hint).contains("--help");
    }

    @Test
    void withoutACommandTheCommandsAreShown() {
        Ran ran = Ran.mfu();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains("bench")
                .contains("flops")
                .contains("peaks")
                .contains("verify");
    }
}
