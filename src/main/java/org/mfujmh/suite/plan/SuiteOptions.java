package org.mfujmh.suite.plan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mfujmh.BadInput;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/**
 * The options of a run of the suite.
 *
 * @param arguments all of the command line, as it was given
 * @param jmh JMH's own options, without the result file, which the suite writes itself
 * @param parametersAsked the names of -p, in order
 * @param resultFile where to write, if not under results/
 * @param resume whether to go on with what the result file already holds
 * @param deadline how long nothing may come from a fork before it counts as hanging
 * @param peaks what MFU is divided by, where the user said something of it
 * @param convention which FLOPs the table shows
 * @param largest how {@code batchSize=max} becomes a number
 */
public record SuiteOptions(
        List<String> arguments,
        JmhOptions jmh,
        List<String> parametersAsked,
        Optional<Path> resultFile,
        boolean resume,
        Duration deadline,
        PeakChoice peaks,
        Convention convention,
        Largest largest) {

    /**
     * How {@code batchSize=max} becomes a number.
     *
     * @param memoryLimit bytes that a batch has to fit into, instead of all that is available
     * @param baseline a result file whose batches are taken over, where it has them
     * @param named the user's options that are for this alone
     */
    public record Largest(Optional<Long> memoryLimit, Optional<Path> baseline, List<String> named) {
        /** All memory that is available, and no baseline. */
        public static final Largest BY_SEARCH = new Largest(Optional.empty(), Optional.empty(), List.of());
    }

    /** The same, with another way from {@code max} to a number. */
    public SuiteOptions withLargest(Largest other) {
        return new SuiteOptions(
                arguments, jmh, parametersAsked, resultFile, resume, deadline, peaks, convention, other);
    }

    /**
     * Reads JMH's options and refuses those that would spoil the result.
     *
     * @param all the whole command line, which is told to who resumes
     * @param arguments of it those for JMH, as JMH's own command line takes them
     * @throws BadInput if JMH does not know one, or the suite cannot honour it
     */
    public static SuiteOptions of(
            List<String> all,
            List<String> arguments,
            boolean resume,
            Duration deadline,
            PeakChoice peaks,
            Convention convention) {
        List<String> forJmh = JmhWords.apart(arguments);
        Optional<Path> file = take(forJmh, "-rff").map(Path::of);
        take(forJmh, "-rf").filter(format -> !format.equalsIgnoreCase("json")).ifPresent(format -> {
            throw new BadInput("-rf " + format + " was given, but the suite writes JSON, which `./mfu compare` can "
                    + "print as text, Markdown or CSV. Leave out -rf.");
        });
        if (resume && file.isEmpty()) {
            throw new BadInput("--resume needs the file to resume: add -rff FILE.");
        }
        JmhOptions jmh = parse(forJmh);
        refuse(jmh);
        return new SuiteOptions(
                List.copyOf(all),
                jmh,
                parameterNames(forJmh),
                file,
                resume,
                deadline,
                peaks,
                convention,
                Largest.BY_SEARCH);
    }

    /** Whether a benchmark or a parameter was named; all is by default else. */
    public boolean isChosen() {
        return !parametersAsked.isEmpty() || !jmh.patterns().isEmpty();
    }

    /** Whether results will have the metrics of this suite alone: profilers and the sample mode add some of JMH's. */
    public boolean hasOurMetricsAlone() {
        return jmh.getProfilers().isEmpty() && !jmh.getBenchModes().contains(Mode.SampleTime);
    }

    /** Whether -e leaves a benchmark (class and method) out, found as JMH finds it. */
    public boolean excludes(String benchmark) {
        return jmh.getExcludes().stream()
                .anyMatch(pattern -> Pattern.compile(pattern).matcher(benchmark).find());
    }

    private static Optional<String> take(List<String> arguments, String option) {
        int at = arguments.indexOf(option);
        if (at < 0) {
            return Optional.empty();
        }
        if (at + 1 == arguments.size() || arguments.get(at + 1).isEmpty()) {
            throw new BadInput(option + " needs a value after it.");
        }
        arguments.remove(at);
        return Optional.of(arguments.remove(at));
    }

    /** JMH tells the values of a parameter by its name, but not which names were given. */
    private static List<String> parameterNames(List<String> arguments) {
        return IntStream.range(1, arguments.size())
                .filter(i -> arguments.get(i - 1).equals("-p"))
                .mapToObj(i -> arguments.get(i).replaceFirst("=.*", ""))
                .toList();
    }

    /** @throws BadInput if JMH does not know an option or cannot read its value */
    static JmhOptions parse(List<String> arguments) {
        int iterations = arguments.indexOf("-i");
        if (iterations >= 0
                && iterations + 1 < arguments.size()
                && arguments.get(iterations + 1).matches("-?0+")) {
            throw new BadInput("-i 0 measures nothing. Use -i 1 or more.");
        }
        try {
            return new JmhOptions(arguments);
        } catch (CommandLineOptionException e) {
            throw new BadInput(
                    "JMH does not accept these options: " + sentence(e.getMessage())
                            + " Times are written as 3s, 500ms or 2m. See `./mfu bench --help` and `./mfu bench --jmh-help`.",
                    e);
        }
    }

    private static String sentence(String message) {
        String stripped = message.strip();
        return stripped.endsWith(".") ? stripped : stripped + ".";
    }

    private static void refuse(JmhOptions jmh) {
        if (jmh.getForkCount().hasValue() && jmh.getForkCount().get() < 1) {
            throw new BadInput(
                    "-f " + jmh.getForkCount().get() + " is not possible: forks are the samples, and without them "
                            + "nothing is isolated and there is no interval. Use -f 1 or more (default 5).");
        }
        if (jmh.getResult().hasValue() || jmh.getResultFormat().hasValue()) {
            throw new BadInput((jmh.getResult().hasValue() ? "-rff" : "-rf") + " was given twice, but a run writes one"
                    + " file. Leave one of the two out.");
        }
        if ((jmh.getThreads().hasValue() && jmh.getThreads().get() != 1)
                || jmh.getThreadGroups().hasValue()) {
            throw new BadInput("Threads (-t, -tg) are not supported, since one pass already uses every core through "
                    + "libtorch. Set OMP_NUM_THREADS to change its threads, and leave out -t and -tg.");
        }
        if (jmh.getBenchModes().size() > 1 || jmh.getBenchModes().contains(Mode.All)) {
            throw new BadInput("-bm has several modes, but a result of this suite has one. Choose one, e.g. -bm "
                    + "avgt, or leave out -bm (throughput).");
        }
        if (jmh.getOperationsPerInvocation().hasValue()
                || jmh.getMeasurementBatchSize().hasValue()) {
            throw new BadInput("-opi and -bs count several operations as one, but one invocation is one pass here, and"
                    + " tokens/s follow from that. Leave them out; -p batchSize=N runs N sequences per pass.");
        }
        if (jmh.getOutput().hasValue()) {
            throw new BadInput("-o " + jmh.getOutput().get() + " is not supported, since progress goes to standard "
                    + "error. Write it to a file with 2> " + jmh.getOutput().get() + " and leave out -o.");
        }
    }
}
