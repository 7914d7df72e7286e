package org.mfujmh.suite.process;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.mfujmh.device.gpu.Gpu;
import org.mfujmh.device.machine.Machine;

/**
 * The lock that a suite holds while it measures, so that nothing else measures at the same time. On a CPU it is JMH's
 * own lock file, so no other suite or JMH run can start between two combinations. On a GPU it is a lock file for that
 * GPU plus a shared lock on JMH's file: suites on other GPUs may run at the same time, but suites on the CPU and other
 * JMH runs may not.
 *
 * <p>If the GPU is unknown ({@code device=auto}, no answer from nvidia-smi), the suite locks the whole machine, since
 * two names for one GPU would allow two suites on it.
 */
public final class SuiteLock implements AutoCloseable {
    private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));
    private static final String NAME = "mfu-jmh";

    private final List<LockFile> held;

    private SuiteLock(List<LockFile> held) {
        this.held = held;
    }

    /**
     * Acquires the lock, and prints a message if it has to wait.
     *
     * @param device as requested: {@code auto}, {@code cpu} or {@code cuda:N}
     */
    public static SuiteLock take(String device, Machine machine, PrintStream progress) {
        // The Runners inside the suite would wait for this same lock.
        System.setProperty("jmh.ignoreLock", "true");
        Path jmh = FOLDER.resolve("jmh.lock");
        if (!(machine.deviceNamed(device) instanceof Gpu gpu) || gpu.uuid().isEmpty()) {
            return new SuiteLock(List.of(LockFile.take(jmh, false, NAME, "on this machine", progress)));
        }
        // A divided card is locked as a whole, since its slices share power. The shared lock on the machine comes last,
        // so that no suite blocks a CPU suite while waiting itself.
        String own = NAME + "-" + gpu.uuid().replaceAll("[^A-Za-z0-9._-]", "_");
        LockFile card = LockFile.take(FOLDER.resolve(own + ".lock"), false, own, "on this GPU", progress);
        return new SuiteLock(List.of(card, LockFile.take(jmh, true, NAME, "on this machine", progress)));
    }

    @Override
    public void close() {
        held.forEach(LockFile::close);
    }
}
