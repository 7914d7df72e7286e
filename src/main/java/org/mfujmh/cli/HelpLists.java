package org.mfujmh.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.flops.Convention;
import org.mfujmh.memory.MemoryPass;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.TrainedWeights;
import org.mfujmh.model.hub.Models;
import org.mfujmh.report.text.GateFormat;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.schema.PassId;

/**
 * The values that an option takes, read from the code that accepts them. An option names its list as {@code
 * completionCandidates}, and its description shows them as <code>${COMPLETION-CANDIDATES}</code>.
 */
final class HelpLists {
    private HelpLists() {}

    /** Labels in the order in which help shows them. */
    private abstract static class Labels implements Iterable<String> {
        private final List<String> labels;

        <V> Labels(Stream<V> values, Function<V, String> label) {
            labels = values.map(label).toList();
        }

        @Override
        public Iterator<String> iterator() {
            return labels.iterator();
        }
    }

    /** Values of {@code dtype}. */
    static final class Dtypes extends Labels {
        Dtypes() {
            super(Stream.of(Precision.values()), Precision::label);
        }
    }

    /** Precisions that a peak can have. */
    static final class PeakDtypes extends Labels {
        PeakDtypes() {
            super(Stream.of(PeakPrecision.values()), PeakPrecision::label);
        }
    }

    /** Values of {@code program}. */
    static final class Programs extends Labels {
        Programs() {
            super(Stream.of(Program.values()), Program::label);
        }
    }

    /** Values of {@code gemm}. */
    static final class Gemms extends Labels {
        Gemms() {
            super(Stream.of(Gemm.values()), Gemm::label);
        }
    }

    /** Values of {@code gemm} where nothing is measured. */
    static final class FixedGemms extends Labels {
        FixedGemms() {
            super(Stream.of(Gemm.values()).filter(gemm -> gemm != Gemm.AUTO), Gemm::label);
        }
    }

    /** Values of {@code loss}. */
    static final class Losses extends Labels {
        Losses() {
            super(Stream.of(Loss.values()), Loss::label);
        }
    }

    /** Backends of the fused program. */
    static final class Backends extends Labels {
        Backends() {
            super(Stream.of(Backend.values()), Backend::label);
        }
    }

    /** Values of {@code optimizer}. */
    static final class Optimizers extends Labels {
        Optimizers() {
            super(Stream.of(Optimizer.values()), Optimizer::label);
        }
    }

    /** Values of {@code checkpoint}. */
    static final class Checkpoints extends Labels {
        Checkpoints() {
            super(Stream.of(Checkpoint.values()), Checkpoint::label);
        }
    }

    /** Values of {@code weights}. */
    static final class WeightKinds extends Labels {
        WeightKinds() {
            super(Stream.of(TrainedWeights.values()), TrainedWeights::label);
        }
    }

    /** FLOPs conventions. */
    static final class Conventions extends Labels {
        Conventions() {
            super(Stream.of(Convention.values()), Convention::label);
        }
    }

    /** Passes whose memory can be predicted. */
    static final class MemoryPasses extends Labels {
        MemoryPasses() {
            super(Stream.of(MemoryPass.values()), MemoryPass::label);
        }
    }

    /** Passes whose largest batch can be searched for. */
    static final class BatchPasses extends Labels {
        BatchPasses() {
            super(Stream.of(PassId.values()).filter(PassId::hasMaxBatch), PassId::label);
        }
    }

    /** The models of the notebook. */
    static final class NotebookModels extends Labels {
        NotebookModels() {
            super(Models.notebookNames().stream(), name -> name);
        }
    }

    /** Output formats of a table. */
    static final class TableFormats extends Labels {
        TableFormats() {
            super(Stream.of(OutputFormat.values()), HelpLists::lowerCase);
        }
    }

    /** Output formats of the gate. */
    static final class GateFormats extends Labels {
        GateFormats() {
            super(Stream.of(GateFormat.values()), HelpLists::lowerCase);
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
