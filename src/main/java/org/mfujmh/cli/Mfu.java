package org.mfujmh.cli;

import org.mfujmh.BadInput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code ./mfu}: one subcommand a class of this package. */
@Command(
        name = "mfu",
        mixinStandardHelpOptions = true,
        version = "mfu-jmh 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "How much of this hardware does a GPT really use? Tokens/s, MFU and share of the roofline, with intervals.",
        subcommands = {
            BenchCommand.class,
            ExportCommand.class,
            FlopsCommand.class,
            GpuCheckCommand.class,
            PeaksCommand.class,
            ReportCommand.class,
            MaxBatchCommand.class,
            NotebookCommand.class,
            VerifyCommand.class,
            CompareCommand.class,
            CheckCommand.class,
            HistoryCommand.class,
            FleetCommand.class,
            PublishedCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 fine; 1 something measured or checked is not as it should be; 2 bad input; 3 undecided (--strict).",
            "Start with: ./mfu bench"
        })
public final class Mfu implements Runnable {
    private Mfu() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command line; @return its exit code. */
    static int execute(String... args) {
        return commandLine()
                .setExecutionExceptionHandler(Mfu::explain)
                .setParameterExceptionHandler(Mfu::explainUsage)
                .execute(args);
    }

    /** All commands, as they read their options. */
    static CommandLine commandLine() {
        return new CommandLine(new Mfu()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** A user's mistake is a sentence; anything else is a bug, and shows where it happened. */
    private static int explain(Exception problem, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (problem instanceof BadInput) {
            command.getErr().println("mfu " + command.getCommandName() + ": " + problem.getMessage());
            return 2;
        }
        throw problem;
    }

    /** A mistyped command or option is a sentence too, with what was probably meant. */
    private static int explainUsage(CommandLine.ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String said = problem.getMessage().strip();
        String guesses = problem instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.getSuggestions().isEmpty()
                ? " Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?"
                : "";
        command.getErr()
                .println(name + ": " + said + (said.endsWith(".") ? "" : ".") + guesses + " `" + name
                        + " --help` shows what there is.");
        return 2;
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
