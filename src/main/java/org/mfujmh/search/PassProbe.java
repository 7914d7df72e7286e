package org.mfujmh.search;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Pass;

/**
 * A probe, in a process of its own: makes the model, runs one pass at one batch and reports how much
 * memory that took. Whatever happens to it, nothing of it is left for the next.
 */
public final class PassProbe {
    private static final long WEIGHTS_SEED = 20_241_124;
    private static final int ORPHANED = 137;

    private PassProbe() {}

    /** @param arguments the batch, then the words of {@link ProbedPass} */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        answer(() -> run(ProbedPass.parse(words.subList(1, words.size())), Integer.parseInt(words.get(0))));
    }

    /** Prints what came of it, and ends this process; ends it too when the one that started it ends. */
    static void answer(Callable<MemoryUse> pass) {
        endWithParent();
        ProbeReport report;
        try {
            report = new ProbeReport(pass.call(), null);
        } catch (BadInput sentence) {
            report = new ProbeReport(null, sentence.getMessage());
        } catch (Throwable anything) { // An OutOfMemoryError and a LinkageError are answers too.
            report = new ProbeReport(null, anything.toString());
        }
        System.out.println(report.toLine());
        System.out.flush();
        // Natives that are closed in order may wait for a device that failed.
        Runtime.getRuntime().halt(report.failure() == null ? 0 : 1);
    }

    private static MemoryUse run(ProbedPass probed, int sequences) {
        Backend form = BackendChoice.expected(probed.spec(), probed.device());
        GptModel model = GptModel.load(probed.spec(), probed.device(), form).drawParameters(WEIGHTS_SEED);
        TokenBatch batch = model.randomBatch(sequences, probed.tokens(), 0);
        DeviceUse memory = DeviceUse.of(probed.device());
        long startPeak = memory.peak();
        memory.reset();
        long start = memory.now();
        long reserved = ResidentMemory.dataBytes() - ResidentMemory.bytes();
        long began = System.nanoTime();
        float number = probed.pass() == Pass.FORWARD ? model.forward(batch) : model.forwardBackward(batch);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (Float.isNaN(number)) {
            throw new IllegalStateException("The pass came to NaN");
        }
        long passPeak = memory.peak();
        return new MemoryUse(start, Math.max(startPeak, passPeak), passPeak, reserved, seconds);
    }

    /** The parent holds the other end of standard input: however it ends, so does this process. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is said on this line; its end is what counts.
                        }
                    } catch (IOException broken) {
                        // As its end.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "mfu-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
