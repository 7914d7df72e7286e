package org.mfujmh.bench;

import java.util.concurrent.TimeUnit;
import org.mfujmh.profiler.RooflineReading;
import org.mfujmh.profiler.RooflineReading.RooflineSpeeds;
import org.mfujmh.profiler.TimedWindow;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What has the name and the parameters of a pass, and only sleeps: for the profiler, which sees no more of a pass. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class KnownPace {

    /** An iteration's state as a pass's: a roofline of 4 TFLOP/s before it, of 2 after it. */
    @State(Scope.Benchmark)
    public static class Iteration {
        @Param("gpt-tiny")
        public String model;

        @Param("2")
        public String batchSize;

        @Param("64")
        public String seqLen;

        @Setup(Level.Iteration)
        public void begin() {
            RooflineReading.before(new RooflineSpeeds(4e12, 5e12));
            TimedWindow.open("cpu");
        }

        @TearDown(Level.Iteration)
        public void end() {
            TimedWindow.close();
            RooflineReading.after(new RooflineSpeeds(2e12, 3e12));
        }
    }

    /** A test's benchmark is taken for a pass only where it asks to be. */
    public static class Forward extends Iteration {
        @Param("forward")
        public String measuredAs;
    }

    @Benchmark
    public void forward(Forward iteration) throws InterruptedException {
        Thread.sleep(2);
    }

    @Benchmark
    public void somethingElse(Iteration iteration) throws InterruptedException {
        Thread.sleep(2);
    }
}
