package org.mfujmh.device.gpu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Samples a GPU on a separate thread while a window is open; between windows the thread sleeps. Opening and closing
 * take one call to the GPU each and do not wait for a sample.
 */
public final class GpuWatch {
    private static final Duration EVERY = Duration.ofMillis(50);

    private final GpuGauge gauge;
    private final Duration every;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread watcher = new Thread(task, "mfu-gpu-watch");
        watcher.setDaemon(true);
        return watcher;
    });

    private ScheduledFuture<?> sampling;
    private List<GpuSample> samples = new ArrayList<>();
    private double joulesAtOpening;
    private long opened;

    public GpuWatch(GpuGauge gauge) {
        this(gauge, EVERY);
    }

    GpuWatch(GpuGauge gauge, Duration every) {
        this.gauge = gauge;
        this.every = every;
    }

    /** Opens a window, discarding an open one. */
    public synchronized void open() {
        stop();
        List<GpuSample> window = new ArrayList<>();
        samples = window;
        joulesAtOpening = gauge.energyJoules();
        opened = System.nanoTime();
        // The first sample is taken one step after opening, when the watched work has begun.
        sampling = thread.scheduleAtFixedRate(
                () -> add(gauge.sample(), window), every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes the window; @return its telemetry, or {@link GpuWindow#NONE} if none was open. */
    public synchronized GpuWindow close() {
        if (sampling == null) {
            return GpuWindow.NONE;
        }
        stop();
        double seconds = (System.nanoTime() - opened) / 1e9;
        GpuWindow seen = GpuWindow.of(samples, gauge.energyJoules() - joulesAtOpening, seconds);
        samples = new ArrayList<>(); // a sample still in progress belongs to no window
        return seen;
    }

    private synchronized void add(GpuSample sample, List<GpuSample> window) {
        if (window == samples) {
            samples.add(sample);
        }
    }

    private void stop() {
        if (sampling != null) {
            sampling.cancel(false);
            sampling = null;
        }
    }
}
