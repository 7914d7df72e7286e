package org.mfujmh.suite.plan;

import java.util.List;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH's own command line, less its patterns of names: those choose what the suite is made of. A
 * Runner would add them to the one benchmark that it is given, and run all that they match each time.
 */
public final class JmhOptions extends CommandLineOptions {

    JmhOptions(List<String> arguments) throws CommandLineOptionException {
        super(arguments.toArray(String[]::new));
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
