package org.mfujmh.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Token ids and targets on the device, with the argument lists of a pass prepared, so that a pass builds none. */
public final class TokenBatch implements AutoCloseable {
    private final NDManager owner;
    private final NDArray ids;
    private final NDArray targets;
    private final NDList forward;
    private final NDList forwardLast;
    private final NDList forwardRecording;
    private final NDList forwardBackward;
    private final NDList trainStep;
    private final NDList empty;

    TokenBatch(NDManager owner, NDArray ids, NDArray targets, NDList parameters) {
        this.owner = owner;
        this.ids = ids;
        this.targets = targets;
        forward = new NDList(ids);
        forward.addAll(parameters);
        forwardBackward = new NDList(ids, targets);
        forwardBackward.addAll(parameters);
        trainStep = new NDList(forwardBackward);
        trainStep.add(LanguageModel.methodName(owner, "train_step"));
        forwardLast = new NDList(forward);
        forwardLast.add(LanguageModel.methodName(owner, "forward_last"));
        forwardRecording = new NDList(forward);
        forwardRecording.add(LanguageModel.methodName(owner, "forward_recording"));
        empty = new NDList(forward);
        empty.add(LanguageModel.methodName(owner, "empty"));
        forwardBackward.add(LanguageModel.methodName(owner, "forward_backward"));
    }

    /** Tokens in the batch, counted from the tensor that the program is given. */
    public long tokens() {
        return ids.getShape().size();
    }

    /** Tokens of a sequence. */
    public int sequenceLength() {
        return Math.toIntExact(ids.getShape().get(1));
    }

    /** Whether the batch is on a GPU, where operators may return before their work is done. */
    public boolean onGpu() {
        return ids.getDevice().isGpu();
    }

    /** The ids, row-major [sequences, tokens]. */
    public long[] ids() {
        return ids.toLongArray();
    }

    /** The targets, row-major [sequences, tokens]. */
    public long[] targets() {
        return targets.toLongArray();
    }

    NDList forward() {
        return forward;
    }

    NDList forwardLast() {
        return forwardLast;
    }

    /** The arguments of {@code last_distance}. */
    NDList lastDistance(NDArray rows) {
        NDList arguments = new NDList(ids, rows);
        arguments.addAll(new NDList(forward.subList(1, forward.size())));
        arguments.add(LanguageModel.methodName(owner, "last_distance"));
        return arguments;
    }

    NDList forwardRecording() {
        return forwardRecording;
    }

    NDList forwardBackward() {
        return forwardBackward;
    }

    NDList trainStep() {
        return trainStep;
    }

    NDList empty() {
        return empty;
    }

    @Override
    public void close() {
        owner.close();
    }
}
