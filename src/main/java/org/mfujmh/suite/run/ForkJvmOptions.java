package org.mfujmh.suite.run;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.engine.EngineJvm;

/** The suite's default JVM options for forks: a heap that shrinks immediately to what is used. */
public final class ForkJvmOptions {
    private ForkJvmOptions() {}

    public static List<String> defaults() {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx1g",
                "-Xms9m",
                "-Xmn8m",
                "-XX:+UseSerialGC",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=30",
                "-XX:-ShrinkHeapInSteps"));
        options.addAll(EngineJvm.options());
        return options;
    }
}
