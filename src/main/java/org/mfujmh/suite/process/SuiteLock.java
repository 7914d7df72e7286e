package org.mfujmh.suite.process;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;

/**
 * What a suite holds while it measures, so that nothing measures beside it. On a CPU that is the file that
 * JMH itself locks for each of its runs: neither another suite nor another JMH can slip in between two
 * combinations. On a GPU it is a file of that GPU's own, and a share of JMH's: suites of other GPUs may
 * run at the same time, a CPU's and any other JMH may not.
 *
 * <p>Where it is not known which GPU it will be ({@code device=auto}, no answer from nvidia-smi), the suite
 * has the machine to itself: two names for one GPU would let two suites onto it.
 */
public final class SuiteLock implements AutoCloseable {
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final String NAME = "mfu-jmh";

    private final List<LockFile> held;

    private SuiteLock(List<LockFile> held) {
        this.held = held;
    }

    /**
     * Waits until nothing else measures there, and says so while it waits.
     *
     * @param device as the user asked: {@code auto}, {@code cpu} or {@code cuda:N}
     */
    public static SuiteLock take(String device, Machine machine, PrintStream progress) {
        // The Runners inside the suite would wait for this very lock.
        System.setProperty("jmh.ignoreLock", "true");
        Path jmh = FOLDER.resolve("jmh.lock");
        if (!(machine.deviceNamed(device) instanceof Gpu gpu) || gpu.uuid().isEmpty()) {
            return new SuiteLock(List.of(LockFile.take(jmh, false, NAME, "on this machine", progress)));
        }
        // The whole card where it is divided: its slices share its power. The share of the machine comes last,
        // so that no one keeps a CPU's suite waiting while it waits itself.
        String own = NAME + "-" + gpu.uuid().replaceAll("[^A-Za-z0-9._-]", "_");
        LockFile card = LockFile.take(FOLDER.resolve(own + ".lock"), false, own, "on this GPU", progress);
        return new SuiteLock(List.of(card, LockFile.take(jmh, true, NAME, "on this machine", progress)));
    }

    @Override
    public void close() {
        held.forEach(LockFile::close);
    }
}
