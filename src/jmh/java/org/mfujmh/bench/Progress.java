package org.mfujmh.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * What a person sees while a combination runs, on standard error: a line a fork, with the time that
 * is left. It also keeps the last lines that forks printed, which tell why one failed, and knows how
 * long nothing has come.
 */
final class Progress implements OutputFormat {
    private static final int LINES_KEPT = 60;

    private final PrintStream out;
    private final TimeLeft timeLeft;
    private final Deque<String> said = new ArrayDeque<>();
    private volatile long lastSign = System.nanoTime();
    private int fork;
    private double sum;
    private int counted;

    Progress(PrintStream out, TimeLeft timeLeft) {
        this.out = out;
        this.timeLeft = timeLeft;
    }

    /** A combination begins: what was said before belongs to another. */
    void begin(String title) {
        said.clear();
        fork = 0;
        lastSign = System.nanoTime();
        out.println(title + timeLeft.inWords());
    }

    /** How long no iteration has begun or ended. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastSign);
    }

    /** The last lines that the forks and JMH printed. */
    synchronized Deque<String> said() {
        return new ArrayDeque<>(said);
    }

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
        lastSign = System.nanoTime();
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
        lastSign = System.nanoTime();
        if (params.getType() == IterationType.WARMUP
                || result.getRawPrimaryResults().isEmpty()) {
            return;
        }
        Optional<Result<?>> tokens =
                Optional.ofNullable(result.getSecondaryResults().get("tokens_per_s"));
        Result<?> shown =
                tokens.filter(metric -> !Double.isNaN(metric.getScore())).orElse(result.getPrimaryResult());
        sum += shown.getScore();
        counted++;
        if (iteration == benchmark.getMeasurement().getCount()) {
            timeLeft.forkDone();
            out.printf(
                    Locale.ROOT,
                    "    fork %d of %d: %,.1f %s%s%n",
                    fork,
                    benchmark.getForks(),
                    sum / counted,
                    shown.getScoreUnit(),
                    timeLeft.inWords());
        }
    }

    @Override
    public synchronized void println(String line) {
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
        // Single characters are JMH's dots; whole lines come through println.
    }

    @Override
    public void write(byte[] text) {
        println(new String(text, java.nio.charset.Charset.defaultCharset()));
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        lastSign = System.nanoTime();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        lastSign = System.nanoTime();
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
