package org.mfujmh.engine;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.ExecutedOp;

/** Records the operators that libtorch runs, by its own profiler. */
public final class OperatorTrace {
    private OperatorTrace() {}

    /**
     * Runs something on this thread under libtorch's profiler;
     *
     * @return the operators that ran, callees before callers.
     */
    public static List<ExecutedOp> during(Runnable work) {
        try {
            Path file = Files.createTempFile("mfu-trace", ".json");
            try {
                JniUtils.startProfile(false, true, false);
                try {
                    work.run();
                } finally {
                    JniUtils.stopProfile(file.toString());
                }
                return read(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<ExecutedOp> read(Path file) throws IOException {
        List<ExecutedOp> operations = new ArrayList<>();
        for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
            List<List<Long>> shapes = new ArrayList<>();
            for (JsonNode argument : event.path("shape")) {
                List<Long> shape = new ArrayList<>();
                argument.forEach(size -> shape.add(size.asLong()));
                shapes.add(shape);
            }
            operations.add(new ExecutedOp(event.path("name").asText(), shapes));
        }
        return operations;
    }
}
