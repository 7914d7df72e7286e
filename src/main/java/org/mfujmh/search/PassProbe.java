package org.mfujmh.search;

import java.util.List;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.GptModel;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Pass;
import org.mfujmh.suite.process.ChildJvm;

/**
 * The main class of a probe: builds the model, runs one pass at one batch and reports its memory. Since it is a process
 * of its own, it leaves nothing behind for the next probe.
 */
public final class PassProbe {

    private PassProbe() {}

    /**
     * @param arguments the batch, then the arguments of {@link ProbedPass}
     */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        answer(() -> run(ProbedPass.parse(words.subList(1, words.size())), Integer.parseInt(words.get(0))));
    }

    /** Reports the outcome of a pass. */
    static void answer(Callable<MemoryUse> pass) {
        ChildJvm.answer(() -> {
            try {
                return new ProbeReport(pass.call(), null);
            } catch (BadInput sentence) {
                return new ProbeReport(null, sentence.getMessage());
            } catch (Throwable anything) { // Errors such as OutOfMemoryError and LinkageError are outcomes too.
                return new ProbeReport(null, anything.toString());
            }
        });
    }

    private static MemoryUse run(ProbedPass probed, int sequences) {
        Backend form = BackendChoice.expected(probed.spec(), probed.device());
        GptModel model = GptModel.load(probed.spec(), probed.device(), form).drawParameters(GptModel.WEIGHTS_SEED);
        probed.step().ifPresent(model::prepareTraining);
        TokenBatch batch = model.randomBatch(probed.sequences(sequences), probed.tokens(), 0);
        DeviceUse memory = DeviceUse.of(probed.device());
        long startPeak = memory.peak();
        memory.reset();
        long start = memory.now();
        long reserved = ResidentMemory.dataBytes() - ResidentMemory.bytes();
        long began = System.nanoTime();
        float number = probed.step().isPresent()
                ? model.trainStep(batch)
                : probed.pass() == Pass.FORWARD ? model.forward(batch) : model.forwardBackward(batch);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (Float.isNaN(number)) {
            throw new IllegalStateException("The pass returned NaN");
        }
        long passPeak = memory.peak();
        return new MemoryUse(start, Math.max(startPeak, passPeak), passPeak, reserved, seconds);
    }
}
