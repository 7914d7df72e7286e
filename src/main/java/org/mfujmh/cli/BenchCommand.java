package org.mfujmh.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.GateResult;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.report.text.GateFormat;
import org.mfujmh.report.text.SpeedAnswer;
import org.mfujmh.schema.RunProperty;
import org.mfujmh.search.MemorySize;
import org.mfujmh.suite.Suite;
import org.mfujmh.suite.gate.GateStrategy;
import org.mfujmh.suite.plan.JmhListing;
import org.mfujmh.suite.plan.SuiteOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code ./mfu bench} runs the suite; {@link BenchHelp} has the end of its help. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures tokens/s, MFU and share of the roofline of a language model on this machine.",
            "By default: forward and forward + backward; training steps and decoding have their own benchmarks (below)."
        })
final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--jmh-help", description = "Show all of JMH's own options.")
    private boolean jmhHelp;

    @Option(
            names = "--resume",
            description = "Resume the run in the -rff file: keep its results and run what is missing.")
    private boolean resume;

    @Option(
            names = "--peak-tflops",
            paramLabel = "N",
            description = "The device's dense peak at this precision, in TFLOP/s: the denominator of MFU.")
    private Double peakTflops;

    @Option(
            names = "--peaks-csv",
            paramLabel = "FILE",
            description = "Your own table of device peaks; its rows take precedence over the built-in ones "
                    + "(docs/reference/peaks.md).")
    private Path peaksCsv;

    @Option(
            names = "--convention",
            paramLabel = "C",
            defaultValue = "exact",
            completionCandidates = HelpLists.Conventions.class,
            description =
                    "FLOPs convention of the MFU in the table: ${COMPLETION-CANDIDATES}. The result file has all. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String convention;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "30m",
            description =
                    "Kill a fork that makes no progress for this long, such as 90s or 30m (default ${DEFAULT-VALUE}).")
    private String deadline;

    @Option(
            names = "--gate",
            paramLabel = "FILE",
            description =
                    "Compare the run with this result file; exit code 1 on a regression. Inconclusive measurements "
                            + "get the same number of forks again, once.")
    private Path gateFile;

    @Option(
            names = "--against",
            paramLabel = "BUILD",
            description =
                    "Compare the run with another build (a commit, branch, tag or jar of this project), with the forks "
                            + "of both builds interleaved.")
    private String against;

    @Option(
            names = "--check",
            hidden = true,
            paramLabel = "WHAT",
            description = "For Maven's -Dmfu.check: true (the device's baseline.json), a file, or empty.")
    private String check = "";

    @Mixin
    private GateOptions gateOptions;

    @Mixin
    private TorchesOption torch;

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            description =
                    "Memory limit for -p batchSize=max, such as 8GiB. Default: the available memory minus a reserve, on a GPU "
                            + "all of the card's memory.")
    private String memoryLimit;

    @Option(
            names = "--max-from",
            paramLabel = "FILE",
            description = "Take the batch sizes for -p batchSize=max from this result file, so that the runs are "
                    + "comparable.")
    private Path maxFrom;

    @Option(
            names = "--args",
            hidden = true,
            description = "All arguments in one string, split as by a shell: for Maven.")
    private String inOne;

    @Unmatched
    private List<String> forJmh = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (inOne != null && !inOne.isBlank()) {
            // Parsed as if each argument had been given separately.
            List<String> words = new ArrayList<>(List.of(spec.name()));
            if (!check.isBlank()) {
                words.addAll(List.of("--check", check));
            }
            words.addAll(ShellWords.of(inOne));
            return spec.root().commandLine().execute(words.toArray(String[]::new));
        }
        if (jmhHelp) {
            JmhListing.printHelp();
            return ExitCode.OK;
        }
        if (JmhListing.isAskedFor(forJmh)) {
            JmhListing.print(forJmh);
            return ExitCode.OK;
        }
        requireKnown(forJmh);
        Optional<TorchesOption.Pair> torches = torch.choose();
        Optional<Double> peak = Optional.ofNullable(peakTflops).or(BenchCommand::peakOfThisProcess);
        PeakChoice peaks = PeakChoice.of(peak.orElse(null), Optional.ofNullable(peaksCsv));
        SuiteOptions options = SuiteOptions.of(
                        given(),
                        forJmh,
                        resume,
                        Durations.parse("--deadline", deadline),
                        peaks,
                        Convention.of(convention))
                .withLargest(new SuiteOptions.Largest(
                        Optional.ofNullable(memoryLimit).map(size -> MemorySize.parse("--memory-limit", size)),
                        // A gated run has to use the baseline's batch sizes, or nothing could be compared.
                        Optional.ofNullable(maxFrom).or(() -> Optional.ofNullable(gateFile)),
                        spec.commandLine().getParseResult().matchedOptions().stream()
                                .map(OptionSpec::longestName)
                                .filter(List.of("--memory-limit", "--max-from")::contains)
                                .toList()));
        Optional<GateStrategy> gate = gateStrategy(torches, options);
        if (gate.isEmpty()) {
            gateOptions.requireNone();
        }
        return gate.isEmpty()
                ? Suite.run(options, System.out, System.err)
                : run(options, gate.get(), torches.isPresent());
    }

    private Optional<GateStrategy> gateStrategy(Optional<TorchesOption.Pair> torches, SuiteOptions options) {
        if (torches.isPresent()) {
            return Optional.of(gateOn(torches.get(), options));
        }
        if (gateFile != null && against != null) {
            throw new BadInput("--gate and --against exclude each other: compare the run with a file or with a build.");
        }
        if (against != null && resume) {
            throw new BadInput("--against and --resume exclude each other, since the forks of both builds are "
                    + "interleaved. Start the run again without --resume.");
        }
        GatePolicy policy = gateOptions.policy(GatePolicy.DEFAULT.alpha());
        if (against != null) {
            return Optional.of(GateStrategy.onBuild(against, measured(policy, options)));
        }
        if (gateFile != null) {
            return Optional.of(GateStrategy.onFile(Optional.of(gateFile), policy));
        }
        return switch (check) {
            case "" -> Optional.empty();
            case "true" -> Optional.of(GateStrategy.onFile(Optional.empty(), policy));
            default -> Optional.of(GateStrategy.onFile(Optional.of(Path.of(check)), policy));
        };
    }

    private GateStrategy gateOn(TorchesOption.Pair torches, SuiteOptions options) {
        String other = against != null
                ? "--against"
                : gateFile != null ? "--gate" : !check.isBlank() ? "--check (mfu.check)" : "";
        if (!other.isEmpty()) {
            throw new BadInput("--torch was given twice, together with " + other + ". Compare two PyTorches with each"
                    + " other, or one with a file or a build.");
        }
        if (resume) {
            throw new BadInput(
                    "--torch was given twice, together with --resume, but the forks of both PyTorches have to be"
                            + " interleaved. Start the run again without --resume.");
        }
        GatePolicy policy = measured(gateOptions.policy(GatePolicy.DEFAULT.alpha()), options);
        return GateStrategy.onTorch(torches.first(), torches.second(), policy);
    }

    /** The policy, if its metrics will be measured as far as can be known: profilers of JMH's have metrics of their own. */
    private static GatePolicy measured(GatePolicy policy, SuiteOptions options) {
        if (options.hasOurMetricsAlone()) {
            policy.requireOurs();
        }
        return policy;
    }

    /** The worse of the suite's exit code and the gate's: a failed combination, or a regression. */
    private int run(SuiteOptions options, GateStrategy gate, boolean askedForAnswer) {
        // What a program reads stands alone on standard output.
        PrintStream table = gateOptions.format() == GateFormat.TEXT ? System.out : System.err;
        int suite = Suite.run(options, gate, table, System.err);
        System.err.println();
        if (gate.result().isEmpty()) {
            return suite;
        }
        GateResult result = gate.result().get();
        int verdict = gateOptions.report(result, "bench");
        if (askedForAnswer) {
            table.println();
            table.print(
                    new SpeedAnswer(result, gate.sides().get(1), gate.sides().get(0)).toText());
            table.flush();
        }
        return suite == ExitCode.OK ? verdict : suite;
    }

    /** The peak that Maven passes on: {@code mvn verify -Pjmh -Dmfu.peakTflops=312}. */
    private static Optional<Double> peakOfThisProcess() {
        return RunProperty.PEAK_TFLOPS.ofThisProcess().map(text -> {
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                throw new BadInput(
                        RunProperty.PEAK_TFLOPS.argument(text)
                                + " is not valid. It must be the device's peak in TFLOP/s, a number above 0.",
                        e);
            }
        });
    }

    /** The arguments after the command's own name. */
    private List<String> given() {
        List<String> all = spec.root().commandLine().getParseResult().originalArgs();
        return withProperties(all.subList(all.indexOf(spec.name()) + 1, all.size()));
    }

    /** Adds what Maven passes as properties, which the command that resumes a run does not have. */
    static List<String> withProperties(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        Map.of("--peak-tflops", RunProperty.PEAK_TFLOPS, "--torch", RunProperty.TORCH_ASKED)
                .forEach((option, property) -> {
                    boolean given =
                            arguments.stream().anyMatch(word -> word.equals(option) || word.startsWith(option + "="));
                    if (!given) {
                        property.ofThisProcess().ifPresent(value -> all.addAll(List.of(option, value)));
                    }
                });
        return all;
    }

    /** Rejects a mistyped option of ours, which JMH would report less clearly. */
    private void requireKnown(List<String> arguments) {
        List<String> own = spec.options().stream()
                .filter(option -> !option.hidden())
                .map(option -> option.longestName())
                .toList();
        for (int i = 0; i < arguments.size(); i++) {
            String before = i > 0 ? arguments.get(i - 1) : "";
            String word = arguments.get(i);
            if (word.startsWith("--") && !before.startsWith("-jvmArgs")) {
                throw UsageError.ofSuite(word, arguments.subList(i + 1, arguments.size()), own);
            }
            if (UsageError.isParameter(word) && !before.startsWith("-")) {
                throw new BadInput("\"" + word + "\" is not the name of a benchmark: write -p " + word + ".");
            }
        }
    }
}
