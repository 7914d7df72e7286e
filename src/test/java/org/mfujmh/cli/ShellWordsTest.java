package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;

class ShellWordsTest {
    @Test
    void aLineIsSplitAtBlanksButNotWithinQuotes() {
        assertThat(ShellWords.of("")).isEmpty();
        assertThat(ShellWords.of("  -f 2\t-i  1 ")).containsExactly("-f", "2", "-i", "1");
        assertThat(ShellWords.of("-jvmArgsAppend \"-Da=1 -Db='2'\" x"))
                .containsExactly("-jvmArgsAppend", "-Da=1 -Db='2'", "x");
        assertThat(ShellWords.of("-p 'model=a b'c \"\" C:\\new")).containsExactly("-p", "model=a bc", "", "C:\\new");
    }

    /** Found by fuzzing: a pattern that recurses for each letter overflows the stack. */
    @Test
    void aLongLineIsSplitToo() {
        assertThat(ShellWords.of("x".repeat(100_000) + " " + "''".repeat(100_000)))
                .hasSize(2);
    }

    @Test
    void aQuoteThatIsNotClosedIsRefused() {
        assertThatThrownBy(() -> ShellWords.of("-p \"model=gpt-tiny")).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> ShellWords.of("it's")).isInstanceOf(BadInput.class);
    }
}
