package org.mfujmh.engine;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mfujmh.model.ExecutedOp;

/** Records the operators that libtorch runs, by its own profiler. */
public final class OperatorTrace {
    private static final JsonFactory JSON = new JsonFactory();

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

    /** The trace is an array of events, of which the name and the sizes of the inputs count. */
    private static List<ExecutedOp> read(Path file) throws IOException {
        List<ExecutedOp> operations = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                operations.add(event(parser));
            }
        }
        return operations;
    }

    private static ExecutedOp event(JsonParser parser) throws IOException {
        String operator = "";
        List<List<Long>> shapes = List.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "name" -> operator = parser.getText();
                case "shape" -> shapes = shapes(parser);
                default -> parser.skipChildren();
            }
        }
        return new ExecutedOp(operator, shapes);
    }

    private static List<List<Long>> shapes(JsonParser parser) throws IOException {
        List<List<Long>> shapes = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            List<Long> shape = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                shape.add(parser.getLongValue());
            }
            shapes.add(shape);
        }
        return shapes;
    }
}
