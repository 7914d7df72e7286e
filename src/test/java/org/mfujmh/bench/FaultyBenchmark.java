package org.mfujmh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Fails as benchmarks fail, for tests of the suite. */
@State(Scope.Benchmark)
public class FaultyBenchmark {

    @Param("none")
    public String fault;

    @Param("")
    public String marker;

    @Benchmark
    public long faulty() throws IOException, InterruptedException {
        switch (fault) {
            case "throw" -> throw new IllegalStateException("planted: something went wrong");
            case "throwInSecondFork" -> {
                Path first = Path.of(marker);
                long self = ProcessHandle.current().pid();
                if (!Files.exists(first)) {
                    Files.writeString(first, String.valueOf(self));
                } else if (!Files.readString(first).equals(String.valueOf(self))) {
                    throw new IllegalStateException("planted: the second fork fails");
                }
            }
            case "abort" -> Runtime.getRuntime().halt(134);
            case "kill" ->
                new ProcessBuilder(
                                "kill",
                                "-9",
                                String.valueOf(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            case "hang" -> Thread.sleep(Long.MAX_VALUE);
            default -> Thread.sleep(1);
        }
        return System.nanoTime();
    }
}
