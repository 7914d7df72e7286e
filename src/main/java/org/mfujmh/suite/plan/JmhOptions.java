package org.mfujmh.suite.plan;

import java.util.List;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH's own command line, less its patterns of names: those choose what the suite is made of. A
 * Runner would add them to the one benchmark that it is given, and run all that they match each time.
 */
public final class JmhOptions extends CommandLineOptions {
    private final List<String> arguments;

    JmhOptions(List<String> arguments) throws CommandLineOptionException {
        super(arguments.toArray(String[]::new));
        this.arguments = List.copyOf(arguments);
    }

    /** A Runner sends its options to each fork, which may be of a build that has this class under another name. */
    private Object writeReplace() {
        try {
            return new CommandLineOptions(arguments.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw new IllegalStateException("JMH takes its own options no more: " + arguments, e);
        }
    }

    /** The benchmarks that were asked for; none for the default. */
    List<String> patterns() {
        return super.getIncludes();
    }

    @Override
    public List<String> getIncludes() {
        return List.of();
    }
}
