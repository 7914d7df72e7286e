package org.mfujmh.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mfujmh.Signals;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Fails as benchmarks fail, for tests of the suite. */
@State(Scope.Benchmark)
public class FaultyBenchmark {

    @Param("none")
    public String fault;

    /** A file by which one process knows that another was here before. */
    @Param("")
    public String marker;

    @Benchmark
    public long faulty() throws IOException, InterruptedException {
        switch (fault) {
            case "throw" -> throw new IllegalStateException("planted: something went wrong");
            case "throwInSecondFork" -> {
                if (anotherWasHere()) {
                    throw new IllegalStateException("planted: the second fork fails");
                }
            }
            // 128 TiB: no machine has them, whatever its kernel promises.
            case "libtorchsMemory" -> NDManager.newBaseManager().zeros(new Shape(1L << 45));
            case "javasMemory" -> {
                return new long[Integer.MAX_VALUE - 8].length;
            }
            // libtorch's own: a number that DJL cannot name ends in std::terminate.
            case "abort" -> NDManager.newBaseManager().zeros(new Shape(1), DataType.BFLOAT16);
            case "kill" -> Signals.send("KILL", ProcessHandle.current().pid());
            case "hang" -> Thread.sleep(Long.MAX_VALUE);
            case "hangInSecondFork", "hangAtFirst" -> {
                if (fault.equals("hangInSecondFork") == anotherWasHere()) {
                    Thread.sleep(Long.MAX_VALUE);
                }
            }
            default -> Thread.sleep(1);
        }
        return System.nanoTime();
    }

    private boolean anotherWasHere() throws IOException {
        Path first = Path.of(marker + fault);
        String self = String.valueOf(ProcessHandle.current().pid());
        if (!Files.exists(first)) {
            Files.writeString(first, self);
        }
        return !Files.readString(first).equals(self);
    }
}
