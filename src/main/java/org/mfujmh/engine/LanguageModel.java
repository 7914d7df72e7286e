package org.mfujmh.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mfujmh.model.Backend;
import org.mfujmh.model.Checkpoint;
import org.mfujmh.model.Optimizer;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Tensor;
import org.mfujmh.model.TrainingStep;

/**
 * A language model on a device, ready to be run. All work is done by methods of its TorchScript program, {@code gpt.py} or {@code
 * decoder.py}: DJL's own arrays cannot name bf16 and abort the process when asked to, so they carry numbers only as int64
 * and fp32. One pass is one native call that ends in an fp32 number on the host.
 *
 * <p>Not for use by several threads at once.
 */
public final class LanguageModel implements AutoCloseable {

    /** Draws the weights of every measured model: all forks of a suite, and all probes of a search, have the same. */
    public static final long WEIGHTS_SEED = 20_241_124;

    private final ModelSpec spec;
    private final NDManager manager;
    private final PtSymbolBlock program;
    /** An fp32 number on the device, which tells the program where to create tensors. */
    private final NDArray place;

    private NDList parameters = new NDList();

    /** How a training step is done; null before {@link #prepareTraining}. */
    private TrainingStep training;

    private LanguageModel(ModelSpec spec, NDManager manager, PtSymbolBlock program) {
        this.spec = spec;
        this.manager = manager;
        this.program = program;
        this.place = manager.zeros(new Shape(1));
    }

    /**
     * Loads the program; it has no weights yet.
     *
     * @param device {@code cpu} or {@code cuda:N}
     * @throws org.mfujmh.BadInput if there is no such device
     */
    public static LanguageModel load(ModelSpec spec, String device) {
        // The handwritten program's linear kernels are tried on a CPU only.
        return load(spec, device, device.equals("cpu") ? TorchScriptArchive.of(spec) : TorchScriptArchive.plain(spec));
    }

    /** Loads the program for that backend; it has no weights yet. */
    public static LanguageModel load(ModelSpec spec, String device, Backend form) {
        byte[] archive =
                switch (form) {
                    case HANDWRITTEN -> TorchScriptArchive.of(spec);
                    case CUDNN -> TorchScriptArchive.gpu(spec, "gpu_kernels_cudnn.py");
                    case FLASH -> TorchScriptArchive.flash(spec);
                    case AUTOGRAD -> TorchScriptArchive.plain(spec);
                };
        return load(spec, device, archive);
    }

    /** Loads the program that decodes, which is one for all models; it has no weights yet. */
    public static LanguageModel loadDecoder(ModelSpec spec, String device) {
        LinearKernels products = device.equals("cpu") ? LinearKernels.here(spec.precision()) : LinearKernels.PLAIN;
        return load(spec, device, TorchScriptArchive.decoding(spec, products));
    }

    /** The same function by autograd, for devices on which the handwritten backend cannot run. */
    static LanguageModel loadPlain(ModelSpec spec, String device) {
        return load(spec, device, TorchScriptArchive.plain(spec));
    }

    /** Loads an archive of the same name and methods, which a test may have altered. */
    static LanguageModel load(ModelSpec spec, String device, byte[] archive) {
        Device where = Torch.device(device);
        NDManager manager = Torch.engine().newBaseManager(where);
        JniUtils.setGraphExecutorOptimize(false);
        try {
            ByteArrayInputStream bytes = new ByteArrayInputStream(archive);
            return new LanguageModel(spec, manager, JniUtils.loadModule((PtNDManager) manager, bytes, false, false));
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e);
        } catch (EngineException e) {
            manager.close();
            throw e;
        }
    }

    /** Every text that a model may be compiled from. */
    public static List<byte[]> program() {
        return TorchScriptArchive.texts();
    }

    public ModelSpec spec() {
        return spec;
    }

    /** Names and shapes of the parameters, in the order that lists of them have. */
    public ParameterLayout layout() {
        return ParameterLayout.of(spec.config(), spec.program());
    }

    /** Draws the weights on the device as GPT-2's are drawn; the same seed gives the same weights. */
    public LanguageModel drawParameters(long seed) {
        parameters.close(); // first, so that no two sets are held at a time
        parameters = new NDList();
        JniUtils.setSeed(seed);
        takeParameters(call("init", new NDList(place)));
        return this;
    }

    /**
     * Sets the weights to given numbers, rounded to the model's precision.
     *
     * @param values one array a parameter, row-major, in the order of {@link #layout()}
     */
    public LanguageModel setParameters(List<float[]> values) {
        List<Tensor> layout = layout().parameters();
        if (values.size() != layout.size()) {
            throw new IllegalArgumentException(values.size() + " arrays for " + layout.size() + " parameters");
        }
        NDList narrow = new NDList();
        for (int i = 0; i < values.size(); i++) {
            try (NDArray wide =
                    manager.create(values.get(i), new Shape(layout.get(i).shape()))) {
                narrow.addAll(call("narrow", new NDList(wide, place)));
            }
        }
        call("prepare", new NDList(place)).close();
        takeParameters(narrow);
        return this;
    }

    /** The weights as they are, widened to fp32 (exactly), in the order of {@link #layout()}. */
    public List<float[]> parameters() {
        return parameters.stream().map(this::widen).toList();
    }

    /**
     * Random token ids, and as targets others: a batch for {@link #forward} and {@link
     * #forwardBackward}. The same seed gives the same ids.
     */
    public TokenBatch randomBatch(int sequences, int tokens, long seed) {
        NDManager owner = manager.newSubManager();
        JniUtils.setSeed(seed);
        Shape shape = new Shape(sequences, tokens);
        NDArray ids = owner.randomInteger(0, spec.config().vocabulary(), shape, DataType.INT64);
        NDArray targets = owner.randomInteger(0, spec.config().vocabulary(), shape, DataType.INT64);
        return new TokenBatch(owner, ids, targets, parameters);
    }

    /** A batch of given token ids and targets, both row-major [sequences, tokens]. */
    public TokenBatch batch(int sequences, int tokens, long[] ids, long[] targets) {
        NDManager owner = manager.newSubManager();
        Shape shape = new Shape(sequences, tokens);
        return new TokenBatch(owner, owner.create(ids, shape), owner.create(targets, shape), parameters);
    }

    /** The batch split into micro batches of equal size, in order. */
    public List<TokenBatch> microBatches(TokenBatch batch, int count) {
        int tokens = batch.sequenceLength();
        int numbers = Math.toIntExact(batch.tokens()) / count;
        long[] ids = batch.ids();
        long[] targets = batch.targets();
        return IntStream.range(0, count)
                .mapToObj(i -> batch(
                        numbers / tokens,
                        tokens,
                        Arrays.copyOfRange(ids, i * numbers, (i + 1) * numbers),
                        Arrays.copyOfRange(targets, i * numbers, (i + 1) * numbers)))
                .toList();
    }

    /** Token ids to logits, no graph recorded; @return the last logit. */
    public float forward(TokenBatch batch) {
        JniUtils.setGradMode(false);
        return number("forward", batch.forward());
    }

    /** Token ids to the logits of each sequence's last token, no graph recorded; @return the last logit. */
    public float forwardLast(TokenBatch batch) {
        JniUtils.setGradMode(false);
        return number("forward_last", batch.forwardLast());
    }

    /**
     * How far the logits that {@link #forwardLast} left are, in these rows of its batch, from those of a pass over the
     * same sequences by autograd's formulas with the head on every token: relative, by the 2-norm.
     *
     * @param sequences the sequences of those rows, in that order
     */
    public double lastLogitsDistance(TokenBatch sequences, long[] rows) {
        JniUtils.setGradMode(false);
        try (NDArray which = manager.create(rows)) {
            return run(sequences.lastDistance(which));
        }
    }

    /** {@link #forward} that keeps what a backward pass would need; @return the last logit. */
    public float forwardRecordingGraph(TokenBatch batch) {
        JniUtils.setGradMode(true);
        return number("forward_recording", batch.forwardRecording());
    }

    /** Token ids to loss to the gradient of every parameter; @return the loss. */
    public float forwardBackward(TokenBatch batch) {
        JniUtils.setGradMode(true);
        return number("forward_backward", batch.forwardBackward());
    }

    /**
     * Begins a training: from here {@link #trainStep} does its steps so, and the optimizer's state is that before its
     * first step.
     */
    public void prepareTraining(TrainingStep step) {
        prepareTraining(step, TrainingStep.RATE, TrainingStep.DECAY);
    }

    /** The same with another learning rate and weight decay. */
    void prepareTraining(TrainingStep step, double rate, double decay) {
        double[] settings = {
            step.optimizer().isAdamw() ? 1 : step.optimizer() == Optimizer.SGD ? 2 : 0,
            step.optimizer() == Optimizer.ADAMW ? 1 : 0,
            step.accumulation(),
            step.checkpoint() == Checkpoint.BLOCK ? 1 : 0,
            step.hasMasterWeights(spec.precision()) ? 1 : 0,
            step.clip().orElse(0),
            rate,
            TrainingStep.BETA1,
            TrainingStep.BETA2,
            TrainingStep.EPSILON,
            decay
        };
        try (NDArray numbers = manager.create(settings)) {
            NDList arguments = new NDList(numbers);
            arguments.addAll(parameters);
            call("prepare_training", arguments).close();
        }
        training = step;
    }

    /**
     * Token ids to the gradients of every micro batch, added up, then the optimizer.
     *
     * @param batch the sequences of all micro batches, one after the other
     * @return the mean loss over the micro batches
     */
    public float trainStep(TokenBatch batch) {
        if (training == null) {
            throw new IllegalStateException("A training step before prepareTraining");
        }
        JniUtils.setGradMode(true);
        return number("train_step", batch.trainStep());
    }

    /**
     * Of each parameter some {@code count} numbers, evenly spaced as they lie in memory, widened to fp32; of a small
     * one all.
     */
    List<float[]> sampledParameters(int count) {
        return parameters.stream().map(parameter -> sample(parameter, count)).toList();
    }

    /** The same of the optimizer's fp32 weights; empty if it has none of its own. */
    List<float[]> sampledMasters(int count) {
        try (NDList masters = call("read_masters", new NDList(place))) {
            return masters.stream().map(master -> sample(master, count)).toList();
        }
    }

    /** The same of what the last pass left. */
    List<float[]> sampledResults(int count) {
        try (NDList results = call("read_results", new NDList(place))) {
            return results.stream().map(result -> sample(result, count)).toList();
        }
    }

    private float[] sample(NDArray array, int count) {
        // An odd distance: an even one may divide the columns, and then reads the same few of every row.
        long apart = Math.max(1, array.size() / count) | 1;
        try (NDArray step = manager.create(apart);
                NDList sample = call("sample", new NDList(listed(array), step))) {
            return sample.head().toFloatArray();
        }
    }

    /** The way into libtorch and back with the arguments of {@link #forward}, and nothing done there. */
    public float empty(TokenBatch batch) {
        return number("empty", batch.empty());
    }

    /** The results of the last pass: after forward the logits [B, T, V], after backward one gradient per parameter. */
    public List<float[]> results() {
        try (NDList results = call("read_results", new NDList(place))) {
            return results.stream().map(this::widen).toList();
        }
    }

    /** One of {@link #results()}, so that not all of a large model are on the host at once. */
    float[] result(int index) {
        try (NDList results = call("read_results", new NDList(place))) {
            return widen(results.get(index));
        }
    }

    /** Shapes and checksums of the last pass's results, computed on the device. */
    public List<Checksum> checksums() {
        try (NDList results = call("read_results", new NDList(place))) {
            return results.stream().map(this::checksum).toList();
        }
    }

    /** Frees the results of the last pass, as the next pass would. */
    public void dropResults() {
        call("drop_results", new NDList(place)).close();
    }

    /** Arrays that DJL holds for this model, everything below it included: constant between passes. */
    public int liveArrays() {
        return manager.getManagedArrays().size();
    }

    /** A tensor on the model's device, owned by the model's manager. */
    public NDArray place() {
        return place;
    }

    /** A parameter, as the list of one that methods of the program take. */
    public NDArray parameter(int index) {
        return parameters.get(index);
    }

    /** Calls a method of the program whose first argument is a tensor; the results belong to that tensor's manager. */
    public NDList call(String method, NDList arguments) {
        try (NDArray name = methodName(manager, method)) {
            NDList all = new NDList(arguments);
            all.add(name);
            return IValueUtils.forward(program, all, true);
        }
    }

    /** DJL takes the method to call from the name of an array among the arguments. */
    public static NDArray methodName(NDManager manager, String method) {
        NDArray name = manager.zeros(new Shape(1));
        name.setName("module_method:" + method);
        return name;
    }

    /** Runs a prepared list of arguments to its fp32 number. */
    public float run(NDList prepared) {
        try (NDList result = IValueUtils.forward(program, prepared, true)) {
            return result.head().toFloatArray()[0];
        }
    }

    /** The parameters as the list that methods of the program take. */
    public NDList parameterList() {
        NDList list = new NDList(parameters.size());
        parameters.forEach(parameter -> list.add(listed(parameter)));
        return list;
    }

    private float number(String method, NDList prepared) {
        if (parameters.isEmpty()) {
            throw new IllegalStateException(method + " before the parameters were drawn or set");
        }
        return run(prepared);
    }

    private void takeParameters(NDList fresh) {
        parameters.close();
        parameters = fresh;
        for (NDArray parameter : parameters) {
            listed(parameter).setRequiresGradient(true);
        }
    }

    float[] widen(NDArray narrow) {
        try (NDList wide = call("widen", new NDList(listed(narrow)))) {
            return wide.head().toFloatArray();
        }
    }

    Checksum checksum(NDArray array) {
        try (NDList sums = call("checksum", new NDList(listed(array)))) {
            double[] values = sums.head().toDoubleArray();
            List<Long> shape =
                    Arrays.stream(array.getShape().getShape()).boxed().toList();
            return new Checksum(shape, values[0], (long) values[1]);
        }
    }

    /** DJL makes a list of the arrays of one such name. */
    public static NDArray listed(NDArray array) {
        array.setName("p[]");
        return array;
    }

    @Override
    public void close() {
        parameters.close();
        program.close();
        manager.close();
    }
}
