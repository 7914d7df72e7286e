package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.RunnerException;

/** On what JMH, libtorch, the JVM and CUDA print, word for word; what ends a fork for real is in SuiteIT. */
class FailureCauseTest {

    @Test
    void aKillIsTheKernelsWhereItCountedOne() {
        RunnerException killed = new RunnerException("Forked VM failed with exit code 137");
        assertThat(FailureCause.of(killed, said(), 0)).contains("exit code 137").contains("by a user");
        assertThat(FailureCause.of(killed, said(), 1)).contains("out of memory").contains("smaller batchSize");
    }

    /** JMH says of its file in that folder only that it does not exist, without its name. */
    @Test
    void aTemporaryFolderThatIsGoneIsNamed(@TempDir Path folder) {
        RunnerException failed = new RunnerException(new IOException("No such file or directory"));
        assertThat(FailureCause.of(failed, said(), 0, folder.resolve("gone")))
                .contains(folder.resolve("gone") + " (java.io.tmpdir) is gone");
        assertThat(FailureCause.of(failed, said(), 0, folder)).isEqualTo("IOException: No such file or directory");
    }

    @Test
    void aCrashIsToldWithTheSignalFromTheJvmsReport() {
        assertThat(FailureCause.of(
                        new RunnerException("Forked VM failed with exit code 134"),
                        said(
                                "# A fatal error has been detected by the Java Runtime Environment:",
                                "#  SIGSEGV (0xb) at pc=0x00007f2b8c0e2f40, pid=4711, tid=4712",
                                "# JRE version: OpenJDK Runtime Environment (17.0.16+8)",
                                "# Problematic frame:"),
                        0))
                .contains("exit code 134 (aborted: SIGABRT)")
                .contains("its output says: #  SIGSEGV (0xb) at pc=0x00007f2b8c0e2f40");
    }

    @Test
    void outOfMemoryOnAGpuIsToldOutOfTorchScriptsTraceback() {
        Throwable engine = new IllegalStateException("""
                The following operation failed in the TorchScript interpreter.
                Traceback of TorchScript, serialized code (most recent call last):
                  File "code/__torch__.py", line 192, in forward
                    y = torch.linear(x, w, b)
                        ~~~~~~~~~~~~ <--- HERE
                RuntimeError: CUDA out of memory. Tried to allocate 3.07 GiB. GPU 0 has a total capacity of 79.11 GiB

                """);
        assertThat(FailureCause.of(wrapped(engine), said(), 0))
                .startsWith("out of memory: choose a smaller batchSize, seqLen or model. The error was:")
                .endsWith("Tried to allocate 3.07 GiB. GPU 0 has a total capacity of 79.11 GiB");
    }

    @Test
    void aGpusReportOnItsMemoryIsShortened() {
        Throwable engine = new IllegalStateException("CUDA out of memory. Tried to allocate 3.07 GiB. GPU 0 has a total"
                + " capacity of 79.11 GiB of which 1.20 GiB is free. Of the allocated memory 70 GiB is allocated.");
        assertThat(FailureCause.of(wrapped(engine), said(), 0))
                .endsWith(
                        "The error was: IllegalStateException: CUDA out of memory: 3.07 GiB asked for, 1.20 GiB of 79.11 GiB"
                                + " free on GPU 0");
    }

    /** In a backward pass on CUDA the handle is made last, where no memory is left for it. */
    @Test
    void aHandleOfCublasThatCannotBeMadeIsALackOfMemory() {
        Throwable engine = new IllegalStateException("""
                The following operation failed in the TorchScript interpreter.
                  File "code/__torch__.py", line 676, in forward_backward
                      for g in torch.grad([loss], p):
                               ~~~~~~~~~~ <--- HERE
                RuntimeError: CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`
                """);
        assertThat(FailureCause.of(wrapped(engine), said(), 0)).startsWith("out of memory: choose a smaller batchSize");
    }

    @Test
    void theInnermostCauseIsTold() {
        Throwable outer = new IllegalStateException("the outer one", new IllegalArgumentException("what went wrong"));
        assertThat(FailureCause.of(wrapped(outer), said(), 0)).isEqualTo("IllegalArgumentException: what went wrong");
    }

    private static RunnerException wrapped(Throwable benchmarks) {
        RuntimeException jmhs = new RuntimeException("Benchmark error");
        jmhs.addSuppressed(benchmarks);
        return new RunnerException("Benchmark caught the exception", jmhs);
    }

    private static Deque<String> said(String... lines) {
        return new ArrayDeque<>(Arrays.asList(lines));
    }
}
