package org.mfujmh.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Which of some options the user gave. */
final class GivenOption {
    private GivenOption() {}

    /**
     * The long name of the first that was given, in the order of declaration.
     *
     * @param options those in question, such as a mixin's
     * @param command whose command line was parsed
     */
    static Optional<String> among(CommandSpec options, CommandSpec command) {
        return options.options().stream()
                .map(OptionSpec::longestName)
                .filter(command.commandLine().getParseResult()::hasMatchedOption)
                .findFirst();
    }
}
