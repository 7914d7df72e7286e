package org.mfujmh.cli;

import java.util.List;
import org.mfujmh.BadInput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
            ModelsCommand.class,
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
            "Exit codes: 0 fine; 1 something measured or checked is not as it should be, or output cannot be written;",
            "2 bad input, or a machine that cannot run this; 3 undecided (--strict).",
            "Start with: ./mfu bench"
        })
public final class Mfu implements Runnable {
    private Mfu() {}

    /** Where a failure arose is for who mends it, not for who meets it. */
    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Shows where in the code a failure arose, for the report of a bug.")
    private boolean stacktrace;

    public static void main(String[] args) {
        StandardOutput out = StandardOutput.install();
        int code = execute(args);
        System.exit(out.end(code));
    }

    /** Runs one command line; @return its exit code. */
    static int execute(String... args) {
        try {
            requireReadable(args);
            return commandLine()
                    .setExecutionExceptionHandler(Mfu::explain)
                    .setParameterExceptionHandler(Mfu::explainUsage)
                    .execute(args);
        } catch (BadInput problem) {
            System.err.println("mfu: " + problem.getMessage());
            return 2;
        } catch (Throwable problem) { // Errors too: of a class that cannot be loaded, of memory
            return Failure.of(problem).tell(System.err, "mfu", List.of(args).contains("--stacktrace"));
        }
    }

    /** All commands, as they read their options. */
    static CommandLine commandLine() {
        return new CommandLine(new Mfu()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** What the locale cannot express is lost before this program has it. */
    private static void requireReadable(String[] args) {
        for (String argument : args) {
            if (argument.indexOf('\uFFFD') >= 0) {
                throw new BadInput("The argument \"" + argument + "\" has letters that this locale does not have. Set a"
                        + " locale with UTF-8, e.g. LC_ALL=C.UTF-8.");
            }
        }
    }

    /** A user's mistake is a sentence; so is a trouble of the machine. Only a bug has more to tell, and only if asked. */
    private static int explain(Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
        boolean trace = ((Mfu) command.getCommandSpec().root().userObject()).stacktrace;
        command.getOut().flush();
        return Failure.of(problem).tell(command.getErr(), "mfu " + command.getCommandName(), trace);
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
