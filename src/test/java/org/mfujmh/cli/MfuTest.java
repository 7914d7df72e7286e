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
                "Bench                    | Bench       | Did you mean bench?",
                "bnech                    | bnech       | Did you mean bench?",
                "nosuchthing              | nosuchthing | `./mfu --help`",
                "memory gpt-small         | gpt-small   | write --model gpt-small.",
                "max-batch -p model=gpt-x | -p          | --model gpt-x.",
                "memory -p seqLen=64      | -p          | --seq 64.",
                "check a.json b.json      | b.json      | check --baseline A.json B.json",
                "flops --tokens 1e9 --mfu 0,4 | 0,4     | Write 0.4 or 40%",
                "memory --batch x         | 'x'         | is not a whole number",
                "flops --modle gpt-small  | --modle     | --model",
                "flops --format yaml      | yaml        | JSON",
                "flops --batch            | --batch     | `./mfu flops --help`",
                "peaks a b                | \"b\"         | in quotes"
            })
    void aMistypedCommandLineIsASentenceWithAHint(String arguments, String asked, String hint) {
        Ran ran = Ran.mfu(arguments.strip().split(" +", -1));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).as(ran.err()).hasSize(1);
        assertThat(ran.err()).contains(asked).contains(hint).contains("--help");
    }

    /** The suite has -p model=NAME where other commands have --model NAME. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flops gpt-small          | gpt-small   | write --model gpt-small.",
                "bench model=gpt-tiny     | model=      | write -p model=gpt-tiny.",
                "bench --model gpt-tiny   | --model     | write -p model=gpt-tiny,",
                "bench --batch=4          | --batch     | write -p batchSize=4,",
                "bench --seq 64           | --seq       | write -p seqLen=64,",
                "bench --device           | --device    | write -p device=VALUE,",
                "bench --forks 3          | --forks     | write -f 3,",
                "bench --resum            | --resum     | Did you mean \"--resume\"?",
                "bench -p modle=gpt-tiny  | modle       | Did you mean model?",
                "bench -r abc             | abc         | 3s"
            })
    void whoMixesTheSuitesOptionsWithOthersIsToldWhatToWrite(String arguments, String asked, String hint) {
        Ran ran = Ran.mfu(arguments.strip().split(" +", -1));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).as(ran.err()).hasSize(1);
        assertThat(ran.err()).contains(asked).contains(hint);
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
