package org.mfujmh.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.DidYouMean;
import org.mfujmh.model.hub.Models;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine;

/**
 * What is wrong with a command line, in a sentence that says what to write. The suite takes its parameters as JMH does,
 * {@code -p model=NAME}; other commands have options, {@code --model NAME}. Whoever writes one for the other is told.
 */
final class UsageError {
    /** Options of other commands, by what the suite has for them. */
    private static final Map<String, String> OF_SUITE = new TreeMap<>(Map.of("--forks", "-f ", "--iterations", "-i "));

    /** The same the other way round. */
    private static final Map<String, String> OF_COMMANDS =
            new TreeMap<>(Map.of(PassParams.BATCH_SIZE, "--batch", PassParams.SEQ_LEN, "--seq"));

    static {
        OF_SUITE.put("--batch", parameter(PassParams.BATCH_SIZE));
        OF_SUITE.put("--seq", parameter(PassParams.SEQ_LEN));
        OF_SUITE.put("--config", parameter(PassParams.MODEL));
        for (String name : PassParams.NAMES) {
            OF_SUITE.putIfAbsent("--" + name, parameter(name));
            OF_COMMANDS.putIfAbsent(name, "--" + name);
        }
    }

    private UsageError() {}

    private static String parameter(String name) {
        return "-p " + name + "=";
    }

    /**
     * Of an option that the suite does not have.
     *
     * @param after the words after it
     */
    static BadInput ofSuite(String option, List<String> after, List<String> known) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        String instead = OF_SUITE.get(name);
        if (instead == null) {
            return DidYouMean.noSuch("option", option, known);
        }
        String value = equals >= 0
                ? option.substring(equals + 1)
                : after.stream()
                        .limit(1)
                        .filter(word -> !word.startsWith("-"))
                        .findFirst()
                        .orElse("VALUE");
        return new BadInput(
                "bench has no option " + name + ": write " + instead + value + ", as in `./mfu bench --help`.");
    }

    /** Whether that is a parameter of the suite without its {@code -p}. */
    static boolean isParameter(String word) {
        return PassParams.NAMES.stream().anyMatch(name -> word.startsWith(name + "="));
    }

    /** The sentence for what picocli refuses. */
    static String sentence(CommandLine.ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        return problem instanceof CommandLine.UnmatchedArgumentException unmatched
                ? ofUnmatched(command, unmatched.getUnmatched())
                : inWords(problem.getMessage().strip());
    }

    /** Numbers by their name, and not by that of a Java type. */
    private static String inWords(String said) {
        String plain = said.replaceFirst(
                        "is not a (double|float)$", "is not a number. Write it with a point and no unit, such as 0.4")
                .replaceFirst("is not an? (int|long)$", "is not a whole number");
        return plain.endsWith(".") ? plain : plain + ".";
    }

    private static String ofUnmatched(CommandLine command, List<String> unmatched) {
        Iterator<String> words = unmatched.iterator();
        String first = words.next();
        String second = words.hasNext() ? words.next() : "";
        if (command.getParent() == null && !first.startsWith("-")) {
            return "There is no command \"" + first + "\"." + guess(first, command.getSubcommands().keySet().stream());
        }
        if (first.equals("-p") && isParameter(second)) {
            String name = second.substring(0, second.indexOf('='));
            String option = OF_COMMANDS.get(name);
            if (has(command, option)) {
                return "-p is an option of bench. Here it is " + option + " " + second.substring(name.length() + 1)
                        + ".";
            }
        }
        if (first.startsWith("-")) {
            Stream<String> known = command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .flatMap(option -> Stream.of(option.names()));
            return "There is no option " + first + "." + guess(first.replaceFirst("=.*", ""), known);
        }
        String refused = "\"" + first + "\" is one word too many.";
        if (Models.isShipped(first) && has(command, "--model")) {
            return refused + " For the model write --model " + first + ".";
        }
        if (command.getCommandName().equals("check")) {
            return refused + " The file to compare with is given by --baseline: check --baseline A.json B.json.";
        }
        return refused + " A name with blanks in it is written in quotes.";
    }

    private static boolean has(CommandLine command, String option) {
        return command.getCommandSpec().findOption(option) != null;
    }

    private static String guess(String asked, Stream<String> known) {
        return DidYouMean.to(asked, known.distinct().toList())
                .map(name -> " Did you mean " + name + "?")
                .orElse("");
    }
}
