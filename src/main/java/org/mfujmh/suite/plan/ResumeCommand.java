package org.mfujmh.suite.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mfujmh.schema.RunProperty;

/** The command that resumes a stopped run, for copying into a shell. */
public final class ResumeCommand {

    /** How this program was started, as set by the launcher or the POM. */
    private static final String LAUNCHER = RunProperty.COMMAND.ofThisProcess().orElse("./mfu");

    private ResumeCommand() {}

    /**
     * A sentence with the command.
     *
     * @param arguments the original arguments of the stopped run
     * @param whatItDoes such as "To resume"
     */
    public static String sentence(String whatItDoes, List<String> arguments, Path file) {
        return (canGoOn(arguments) ? whatItDoes : "To start again, since the forks of two sides have to be interleaved")
                + ": " + of(arguments, file);
    }

    /** Whether a run with these arguments can go on with its file: interleaved forks cannot. */
    public static boolean canGoOn(List<String> arguments) {
        return count("--against", arguments) == 0 && count("--torch", arguments) < 2;
    }

    private static long count(String option, List<String> arguments) {
        return arguments.stream()
                .filter(word -> word.equals(option) || word.startsWith(option + "="))
                .count();
    }

    static String of(List<String> arguments, Path file) {
        List<String> words = new ArrayList<>(List.of("bench"));
        if (canGoOn(arguments)) {
            words.add("--resume");
        }
        words.addAll(List.of("-rff", file.toString()));
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("-rff")) {
                i++;
            } else if (!word.equals("--resume") && !word.startsWith("-rff=")) {
                words.add(word);
            }
        }
        return inTheShell(words);
    }

    /** A command of this program for copying into a shell, with the launcher as it was called. */
    public static String inTheShell(List<String> words) {
        return words.stream().map(ResumeCommand::quoted).collect(Collectors.joining(" ", LAUNCHER + " ", ""));
    }

    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./\\\\-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
