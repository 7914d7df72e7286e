package org.mfujmh.suite.run;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.engine.EngineJvm;

/** The options of a fork's JVM: ours, unless the user gave others. A heap that shrinks to what is used, at once. */
public final class ForkJvm {
    private ForkJvm() {}

    public static List<String> options() {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx1g",
                "-Xms8m",
                "-Xmn8m",
                "-XX:+UseSerialGC",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=30",
                "-XX:-ShrinkHeapInSteps"));
        options.addAll(EngineJvm.options());
        return options;
    }
}
