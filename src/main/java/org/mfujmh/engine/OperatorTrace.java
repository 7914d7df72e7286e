package org.mfujmh.engine;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mfujmh.CannotWrite;
import org.mfujmh.WholeFile;
import org.mfujmh.model.ExecutedOp;

/** Records the operators that libtorch runs, by its own profiler. */
public final class OperatorTrace {
    private static final JsonFactory JSON = new JsonFactory();

    /** Of the files' names, before the process that started the one that writes it. */
    private static final String PREFIX = "mfu-trace-";

    private OperatorTrace() {}

    /**
     * Runs something on this thread under libtorch's profiler.
     *
     * @return the operators that ran, callees before callers
     * @throws CannotWrite if the temporary folder cannot take the trace
     */
    public static List<ExecutedOp> during(Runnable work) {
        Path file = temporary();
        try {
            return during(work, file);
        } finally {
            file.toFile().delete();
        }
    }

    /** Deletes the traces that children of this process have left: those that were killed while they wrote one. */
    public static void deleteThoseOfChildren() {
        String prefix = PREFIX + ProcessHandle.current().pid() + "-";
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), prefix + "*.json")) {
            left.forEach(file -> file.toFile().delete());
        } catch (IOException | DirectoryIteratorException notThere) {
            // Then neither are they.
        }
    }

    private static Path temporary() {
        try {
            long starter =
                    ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
            return Files.createTempFile(PREFIX + starter + "-", ".json");
        } catch (IOException e) {
            throw new CannotWrite(
                    "The trace of libtorch's operators cannot be written to the temporary folder "
                            + System.getProperty("java.io.tmpdir") + " (java.io.tmpdir): " + WholeFile.why(e) + ".",
                    e);
        }
    }

    /** @param file where libtorch writes the trace; that it could not, it does not say */
    static List<ExecutedOp> during(Runnable work, Path file) {
        JniUtils.startProfile(false, true, false);
        try {
            work.run();
        } finally {
            JniUtils.stopProfile(file.toString());
        }
        try {
            return read(file);
        } catch (IOException e) {
            throw new CannotWrite(
                    "libtorch's profiler could not write all of its trace " + file + ". Make room in the folder "
                            + file.getParent() + ", or name another: MFU_JAVA_OPTS=-Djava.io.tmpdir=FOLDER.",
                    e);
        }
    }

    /** The trace is an array of events, of which the name and the sizes of the inputs count. */
    static List<ExecutedOp> read(Path file) throws IOException {
        List<ExecutedOp> operations = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            parser.nextToken();
            JsonToken next = parser.nextToken();
            while (next == JsonToken.START_OBJECT) {
                operations.add(event(parser));
                next = parser.nextToken();
            }
            if (next != JsonToken.END_ARRAY) {
                throw new IOException("the array has no end");
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
