package org.mfujmh.search;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.mfujmh.BadInput;
import org.mfujmh.device.memory.ResidentMemory;
import org.mfujmh.engine.BackendChoice;
import org.mfujmh.engine.DecodeSession;
import org.mfujmh.engine.LanguageModel;
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
        return probed.pass() == Pass.DECODE ? step(probed, sequences) : pass(probed, sequences);
    }

    /** Fills the cache, makes a token for each sequence, and has it compared as the suite's forks do. */
    private static MemoryUse step(ProbedPass probed, int sequences) {
        LanguageModel model =
                LanguageModel.loadDecoder(probed.spec(), probed.device()).drawParameters(LanguageModel.WEIGHTS_SEED);
        return measured(probed.device(), () -> {
            DecodeSession session = DecodeSession.random(model, sequences, probed.tokens(), 0);
            long[] tokens = session.nextTokens();
            float number = session.step();
            session.distancesFromFullPass(tokens);
            return number;
        });
    }

    private static MemoryUse pass(ProbedPass probed, int sequences) {
        Backend form = BackendChoice.expected(probed.spec(), probed.device(), probed.tokens());
        LanguageModel model =
                LanguageModel.load(probed.spec(), probed.device(), form).drawParameters(LanguageModel.WEIGHTS_SEED);
        probed.step().ifPresent(model::prepareTraining);
        TokenBatch batch = model.randomBatch(probed.sequences(sequences), probed.tokens(), 0);
        return measured(probed.device(), () -> {
            if (probed.step().isPresent()) {
                return model.trainStep(batch);
            }
            if (probed.pass() == Pass.PREFILL) {
                return model.forwardLast(batch);
            }
            return probed.pass().computesGradients() ? model.forwardBackward(batch) : model.forward(batch);
        });
    }

    private static MemoryUse measured(String device, Supplier<Float> pass) {
        DeviceUse memory = DeviceUse.of(device);
        long startPeak = memory.peak();
        memory.reset();
        long start = memory.now();
        long reserved = ResidentMemory.dataBytes() - ResidentMemory.bytes();
        long began = System.nanoTime();
        float number = pass.get();
        double seconds = (System.nanoTime() - began) / 1e9;
        if (Float.isNaN(number)) {
            throw new IllegalStateException("The pass returned NaN");
        }
        long passPeak = memory.peak();
        return new MemoryUse(start, Math.max(startPeak, passPeak), passPeak, reserved, seconds);
    }
}
