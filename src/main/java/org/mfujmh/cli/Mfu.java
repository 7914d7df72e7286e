package org.mfujmh.cli;

import java.util.List;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code ./mfu}; each subcommand is a class of this package. */
@Command(
        name = "mfu",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Measures how much of the hardware a language model uses: tokens/s, MFU and share of the GEMM roofline, "
                        + "with confidence intervals.",
        subcommands = {
            BenchCommand.class,
            ExportCommand.class,
            FlopsCommand.class,
            MemoryCommand.class,
            ModelsCommand.class,
            GpuCheckCommand.class,
            PeaksCommand.class,
            ReportCommand.class,
            MaxBatchCommand.class,
            NotebookCommand.class,
            LadderCommand.class,
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
            "Exit codes: 0 ok; 1 a measurement or check failed, or output cannot be written;",
            "2 bad input, or this machine cannot run the command; 3 inconclusive (--strict).",
            "Start with: ./mfu bench"
        })
public final class Mfu implements Runnable {
    private Mfu() {}

    /** Stack traces are for developers, not for users. */
    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of a failure, for a bug report.")
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
            return ExitCode.BAD_INPUT;
        } catch (Throwable problem) { // Errors too: of a class that cannot be loaded, of memory
            return Failure.of(problem).tell(System.err, "mfu", List.of(args).contains("--stacktrace"));
        }
    }

    /** All commands with their options. */
    static CommandLine commandLine() {
        CommandLine mfu = new CommandLine(new Mfu()).setCaseInsensitiveEnumValuesAllowed(true);
        mfu.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .versionProvider(new VersionText()));
        mfu.getSubcommands().get("bench").getCommandSpec().usageMessage().footer(BenchHelp.footer());
        return mfu;
    }

    /** Rejects arguments with characters that the locale cannot express, which the JVM has already replaced. */
    private static void requireReadable(String[] args) {
        for (String argument : args) {
            if (argument.indexOf('\uFFFD') >= 0) {
                throw new BadInput("The argument \"" + argument + "\" has characters that this locale cannot "
                        + "express. Set a UTF-8 locale, e.g. LC_ALL=C.UTF-8.");
            }
        }
    }

    /** Prints a failure as one sentence, and the stack trace only on request. */
    private static int explain(Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
        boolean trace = ((Mfu) command.getCommandSpec().root().userObject()).stacktrace;
        command.getOut().flush();
        return Failure.of(problem).tell(command.getErr(), "mfu " + command.getCommandName(), trace);
    }

    /** Prints a usage error as one sentence, with suggestions. */
    private static int explainUsage(CommandLine.ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr()
                .println(name + ": " + UsageError.sentence(problem) + " `./" + name
                        + " --help` lists what is available.");
        return ExitCode.BAD_INPUT;
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
