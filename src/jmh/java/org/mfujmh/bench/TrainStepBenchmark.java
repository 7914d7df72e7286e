package org.mfujmh.bench;

import java.util.List;
import java.util.Optional;
import org.mfujmh.engine.LanguageModel;
import org.mfujmh.engine.OptimizerCheck;
import org.mfujmh.engine.TokenBatch;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.TrainingStep;
import org.mfujmh.schema.TrainingParams;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * A whole training step: the gradients of one or more micro batches, then the optimizer. {@code batchSize} is the number
 * of sequences of a micro batch.
 */
public class TrainStepBenchmark extends PassBenchmark {

    public static class TrainStep extends PassState {
        @Param(TrainingParams.DEFAULT_LOSS)
        public String loss;

        @Param(TrainingParams.DEFAULT_OPTIMIZER)
        public String optimizer;

        @Param(TrainingParams.DEFAULT_ACCUMULATION)
        public String accumulation;

        @Param(TrainingParams.DEFAULT_CHECKPOINT)
        public String checkpoint;

        @Param(TrainingParams.DEFAULT_WEIGHTS)
        public String weights;

        @Param(TrainingParams.DEFAULT_CLIP)
        public String clip;

        @Override
        Pass pass() {
            return Pass.FORWARD_BACKWARD;
        }

        @Override
        Loss loss() {
            return Loss.of(loss);
        }

        @Override
        int microBatches() {
            return step().accumulation();
        }

        @Override
        boolean runsBlocksAgain() {
            return step().checkpoint() == Checkpoint.BLOCK;
        }

        private TrainingStep step() {
            return TrainingStep.of(
                    TrainingParams.of(optimizer, accumulation, checkpoint, weights, clip), Precision.of(dtype));
        }

        @Override
        void begin(LanguageModel gpt) {
            gpt.prepareTraining(step());
        }

        /**
         * Beside what a pass proves: that every parameter changes by what the optimizer's definition says. The weights
         * are drawn anew after it.
         */
        @Override
        double prove(LanguageModel gpt, TokenBatch batch) {
            double seconds = super.prove(gpt, batch);
            List<TokenBatch> micros = gpt.microBatches(batch, microBatches());
            Optional<String> fault = OptimizerCheck.fault(gpt, batch, micros, step());
            micros.forEach(TokenBatch::close);
            ProofOfWork.demand(fault.isEmpty(), fault.orElse(""));
            gpt.dropResults();
            gpt.drawParameters(LanguageModel.WEIGHTS_SEED);
            gpt.prepareTraining(step());
            return seconds;
        }

        @Override
        float run(LanguageModel gpt, TokenBatch batch) {
            return gpt.trainStep(batch);
        }
    }

    @Benchmark
    public float trainStep(TrainStep state) {
        return state.run();
    }
}
