package org.mfujmh.suite.plan;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** JMH options that only print something; they are passed to JMH, and nothing is measured. */
public final class JmhListing {
    private static final List<String> LISTS = List.of("-l", "-lp", "-lprof", "-lrf");

    private JmhListing() {}

    /** Whether these arguments ask for a list. */
    public static boolean isAskedFor(List<String> arguments) {
        return arguments.stream().anyMatch(LISTS::contains);
    }

    /** Prints the requested list to standard output. */
    public static void print(List<String> arguments) {
        CommandLineOptions jmh = options(arguments);
        if (jmh.shouldListProfilers()) {
            jmh.listProfilers();
        } else if (jmh.shouldListResultFormats()) {
            jmh.listResultFormats();
        } else if (jmh.shouldListWithParams()) {
            new Runner(jmh).listWithParams(jmh);
        } else {
            new Runner(jmh).list();
        }
    }

    private static CommandLineOptions options(List<String> arguments) {
        SuiteOptions.parse(JmhWords.apart(arguments)); // for its error messages
        try {
            return new CommandLineOptions(arguments.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prints JMH's own help to standard output. */
    public static void printHelp() {
        try {
            new CommandLineOptions("-h").showHelp();
        } catch (CommandLineOptionException | IOException e) {
            throw new IllegalStateException("JMH could not show its help", e);
        }
    }
}
