package org.mfujmh.suite.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.mfujmh.results.Unit;
import org.mfujmh.schema.MetricId;
import org.mfujmh.suite.process.StopHook;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * The progress display on standard error while a combination runs: one line per fork, with the remaining time. It also
 * keeps the last output lines of the forks, which explain failures, and counts their signs of life.
 */
public final class Progress implements OutputFormat {
    private static final int LINES_KEPT = 60;

    /** After this time, a waiting user should see some progress. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(30);

    private static final Pattern FORK_BEGINS = Pattern.compile("# (Warmup )?Fork: ");

    private final PrintStream out;
    private final TimeLeft timeLeft;
    private final StopHook stop;
    private final Deque<String> said = new ArrayDeque<>();
    private final AtomicLong signs = new AtomicLong();
    private long lastLine;
    private int fork;
    private int forks;
    private List<String> sides = List.of();
    private double sum;
    private int counted;

    public Progress(PrintStream out, TimeLeft timeLeft, StopHook stop) {
        this.out = out;
        this.timeLeft = timeLeft;
        this.stop = stop;
    }

    /**
     * Begins a combination and discards earlier output.
     *
     * @param forks of each side
     * @param sides names of the two whose forks are interleaved, this run's first; empty if there is one only
     */
    public void begin(String title, int forks, List<String> sides) {
        said.clear();
        fork = 0;
        this.forks = forks;
        this.sides = List.copyOf(sides);
        signs.incrementAndGet();
        lastLine = System.nanoTime();
        out.println(title + timeLeft.inWords());
    }

    /** The number of signs of life from forks: iterations begun or ended. */
    long signs() {
        return signs.get();
    }

    /** The last output lines of the forks and JMH. */
    synchronized Deque<String> said() {
        return new ArrayDeque<>(said);
    }

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
        signs.incrementAndGet();
        boolean first = iteration == 1
                && (params.getType() == IterationType.WARMUP
                        || benchmark.getWarmup().getCount() == 0);
        if (first) {
            fork++;
            sum = 0;
            counted = 0;
        }
    }

    @Override
    public void iterationResult(
            BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult result) {
        signs.incrementAndGet();
        if (result.getRawPrimaryResults().isEmpty()) {
            return;
        }
        boolean warmup = params.getType() == IterationType.WARMUP;
        Result<?> shown = Optional.<Result<?>>ofNullable(
                        result.getSecondaryResults().get(MetricId.TOKENS_PER_S.label()))
                .filter(metric -> !Double.isNaN(metric.getScore()))
                .orElse(result.getPrimaryResult());
        String unit = Unit.inWords(shown.getScoreUnit());
        if (!warmup) {
            sum += shown.getScore();
            counted++;
        }
        if (!warmup && iteration == benchmark.getMeasurement().getCount()) {
            timeLeft.forkDone();
            tell("", sum / counted, unit, timeLeft.inWords());
        } else if (System.nanoTime() - lastLine > LONG_WAIT.toNanos()) {
            tell((warmup ? ", warm-up " : ", iteration ") + iteration, shown.getScore(), unit, "");
        }
    }

    private void tell(String what, double score, String unit, String more) {
        lastLine = System.nanoTime();
        int number = sides.isEmpty() ? fork : (fork + 1) / 2;
        String whose = sides.isEmpty() ? "" : " of " + sides.get(Interleaving.isOurs(fork - 1) ? 0 : 1);
        out.printf(
                Locale.ROOT,
                "    fork %d of %d%s%s: %,.1f %s%s%n",
                number,
                Math.max(number, forks),
                whose,
                what,
                score,
                unit,
                more);
    }

    @Override
    public void println(String line) {
        // JMH announces each fork before starting it. What it says after the last must not hold up the result.
        if (FORK_BEGINS.matcher(line).lookingAt()) {
            stop.holdIfStopping();
        }
        keep(line);
    }

    private synchronized void keep(String line) {
        for (String single : line.split("\\R", -1)) {
            if (!single.isBlank()) {
                said.add(single.strip());
            }
        }
        while (said.size() > LINES_KEPT) {
            said.removeFirst();
        }
    }

    @Override
    public void print(String text) {
        println(text);
    }

    @Override
    public void verbosePrintln(String line) {
        println(line);
    }

    @Override
    public void write(int character) {
        // Single characters are JMH's dots; whole lines arrive through println.
    }

    @Override
    public void write(byte[] text) {
        println(new String(text, java.nio.charset.Charset.defaultCharset()));
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        signs.incrementAndGet();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        signs.incrementAndGet();
    }

    @Override
    public void startRun() {}

    @Override
    public void endRun(Collection<RunResult> results) {}

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {}
}
