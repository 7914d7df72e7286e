package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.Precision;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What help shows, and docs/reference/commands.md, which is made of it. */
class HelpTest {
    private static final Path PAGE = Path.of("docs/reference/commands.md");

    static Stream<CommandLine> commands() {
        return Mfu.commandLine().getSubcommands().values().stream()
                .filter(command -> !command.getCommandName().equals("help"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theFirstLineIsAWholeSentence(CommandLine command) {
        String[] description = command.getCommandSpec().usageMessage().description();
        assertThat(description[0]).matches("[A-Z].*[^.]\\.");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noExampleIsBrokenByANarrowTerminal(CommandLine command) {
        for (String line : command.getCommandSpec().usageMessage().footer()) {
            assertThat(line.replace("%%", "%")).hasSizeLessThanOrEqualTo(80);
        }
        assertThat(usage(command).lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void listsAreThoseOfTheCode() {
        String[] words = Stream.of(Convention.values()).map(Convention::label).toArray(String[]::new);
        assertThat(Ran.mfu("flops", "--help").out()).contains(words);
        assertThat(Ran.mfu("bench", "--help").out())
                .contains(Stream.of(Precision.values()).map(Precision::label).collect(Collectors.joining(", ")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpPrintsNoWarning(CommandLine command) {
        Ran ran = Ran.mfu(command.getCommandName(), "--help");
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void thePageOfCommandsIsCurrent() throws IOException {
        String page = """
                # Commands

                Generated from the program's help. `./mfu COMMAND --help` prints the same.

                """ + section(Mfu.commandLine())
                + commands().map(HelpTest::section).collect(Collectors.joining());
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("stale: mvn test -Dtest=HelpTest -Dreference.write=true writes it anew")
                .content()
                .isEqualTo(page);
    }

    private static String section(CommandLine command) {
        return "## " + command.getCommandSpec().qualifiedName() + "\n\n```\n"
                + usage(command).stripTrailing() + "\n```\n\n";
    }

    private static String usage(CommandLine command) {
        return command.getUsageMessage(Ansi.OFF)
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"));
    }
}
