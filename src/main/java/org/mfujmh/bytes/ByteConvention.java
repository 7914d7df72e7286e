package org.mfujmh.bytes;

import java.util.List;
import java.util.Locale;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;
import org.mfujmh.schema.MetricId;

/**
 * A way of counting the bytes that a decoding step reads, for a bandwidth utilization (MBU): bytes of a step x steps
 * per second / bytes per second of the memory. All take each sequence's step to read each weight once.
 */
public enum ByteConvention {
    /** What a step has to move: {@link DecodeBytes}. */
    EXACT(
            MetricId.MBU,
            "matrices + biases and norms + looked-up rows + KV cache of T + 1 tokens, windows honoured",
            "every term of the audit; the expected number of experts in use") {
        @Override
        public double of(DecodeBytes step) {
            return step.expected();
        }
    },
    /** All parameters but embedding tables, and no cache: generate.py adds up before it allocates one. */
    GPT_FAST(
            MetricId.MBU_GPT_FAST,
            "all parameters but embedding tables, no KV cache",
            "gpt-fast generate.py, _get_model_size: every child that is not an nn.Embedding, before the cache is there") {
        @Override
        public double of(DecodeBytes step) {
            double tied = step.model().tiedHead()
                    ? (double) step.model().width() * step.model().vocabulary()
                    : 0;
            return (parameters(step) - embeddings(step) + tied)
                    * step.precision().bytes();
        }
    },
    /** All parameters, embedding tables too, and the cache. */
    NANOCHAT(
            MetricId.MBU_NANOCHAT,
            "all parameters, embedding tables too + KV cache of T + 1 tokens, windows honoured",
            "nanochat infer_bench: too much for small models, whose embedding is not read") {
        @Override
        public double of(DecodeBytes step) {
            return parameters(step) * step.precision().bytes()
                    + step.expected(List.of(ByteTerm.Moved.CACHE_READ, ByteTerm.Moved.CACHE_WRITTEN));
        }
    },
    /** The matrices that multiply, and no cache. */
    WEIGHTS_ONLY(
            MetricId.MBU_WEIGHTS_ONLY,
            "matrices that multiply, no KV cache",
            "proposed for llama-bench: weights alone; too little for long sequences and large batches") {
        @Override
        public double of(DecodeBytes step) {
            return step.expected(List.of(ByteTerm.Moved.MATRIX));
        }
    };

    private final MetricId metric;
    private final String formula;
    private final String source;

    ByteConvention(MetricId metric, String formula, String source) {
        this.metric = metric;
        this.formula = formula;
        this.source = source;
    }

    /** Bytes of one step of all sequences. */
    public abstract double of(DecodeBytes step);

    /** The metric that a utilization under this convention is reported as. */
    public MetricId metric() {
        return metric;
    }

    /** The name that people write, e.g. {@code gpt_fast}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is counted, in words. */
    public String formula() {
        return formula;
    }

    /** Who counts so. */
    public String source() {
        return source;
    }

    private static double parameters(DecodeBytes step) {
        return step.model().parameters();
    }

    private static double embeddings(DecodeBytes step) {
        return ParameterLayout.distinct(step.model(), Program.FUSED).keySet().stream()
                .filter(tensor ->
                        tensor.role() == Tensor.Role.TOKEN_EMBEDDING || tensor.role() == Tensor.Role.POSITION_EMBEDDING)
                .mapToDouble(Tensor::size)
                .sum();
    }
}
