package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"--version", "bench --version", "flops -V"})
    void theVersionIsThatOfThePomWithItsCommit(String arguments) throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        Matcher version = Pattern.compile("<artifactId>mfu-jmh</artifactId>\\s*<version>([^<]+)<")
                .matcher(pom);
        assertThat(version.find()).isTrue();
        Ran ran = Ran.mfu(arguments.split(" ", -1));
        assertThat(ran.exitCode()).isZero();
        String commit = Files.exists(Path.of(".git")) ? " \\(commit [0-9a-f]{12}(-dirty)?\\)" : "";
        assertThat(ran.out()).matches("mfu-jmh " + Pattern.quote(version.group(1)) + commit + "\n");
    }
}
