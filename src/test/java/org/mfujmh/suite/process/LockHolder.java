package org.mfujmh.suite.process;

import java.io.IOException;
import java.io.PrintStream;
import org.mfujmh.device.machine.Machine;

/** A process that takes a suite's lock for a device, says so, and keeps it until its input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream said = System.err;
        try (SuiteLock lock = SuiteLock.take(arguments[0], Machine.detect(), said)) {
            said.println("held");
            while (System.in.read() >= 0) {
                // Nobody writes: it ends with the one who started it, at the latest.
            }
        }
    }
}
