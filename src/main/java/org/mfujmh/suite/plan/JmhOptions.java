package org.mfujmh.suite.plan;

import java.util.List;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH's command line options without the benchmark patterns, which choose the suite's combinations. A Runner would add
 * the patterns to its one benchmark and run everything that they match each time.
 */
public final class JmhOptions extends CommandLineOptions {
    private final List<String> arguments;

    JmhOptions(List<String> arguments) throws CommandLineOptionException {
        super(arguments.toArray(String[]::new));
        this.arguments = List.copyOf(arguments);
    }

    /** A Runner sends its options to each fork, which may belong to a build where this class has a different name. */
    private Object writeReplace() {
        try {
            return new CommandLineOptions(arguments.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw new IllegalStateException("JMH rejected options that it accepted before: " + arguments, e);
        }
    }

    /** The requested benchmark patterns; empty for the default. */
    List<String> patterns() {
        return super.getIncludes();
    }

    @Override
    public List<String> getIncludes() {
        return List.of();
    }
}
