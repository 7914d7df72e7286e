package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What measuring commands print as JSON, and what their result files record, is what docs/reference/schema says. */
class JsonSchemaIT {
    @TempDir
    private Path folder;

    @Test
    void theLargestBatch() throws Exception {
        Launched ran = Launched.mfu(
                folder,
                "max-batch --model gpt-tiny --seq 64 --gemm native --dtype fp32 --memory-limit 320MiB --format json"
                        .split(" "));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        JsonSchemaTest.requireValid(PublishedSchema.of("max-batch"), PublishedSchema.read(ran.out()));
    }

    @Test
    void aRunAndItsGate() throws Exception {
        Path file = folder.resolve("run.json");
        String run =
                "bench ForwardBenchmark -p model=gpt-tiny -p seqLen=64 -p gemm=native -f 1 -wi 1 -i 1 -w 1ms -r 1ms";
        Launched first = Launched.mfu(folder, (run + " -rff " + file).split(" "));
        assertThat(first.exitCode()).as(first.err()).isZero();
        for (JsonNode result : PublishedSchema.read(Files.readString(file))) {
            JsonNode properties = JsonSchemaTest.runProperties(result);
            assertThat(properties.size()).isGreaterThan(15);
            JsonSchemaTest.requireValid(PublishedSchema.of("run-properties"), properties);
        }
        Launched second = Launched.mfu(
                folder,
                (run + " -rff " + folder.resolve("second.json") + " --gate " + file + " --format json").split(" "));
        assertThat(second.exitCode()).as(second.err()).isZero();
        JsonSchemaTest.requireValid(PublishedSchema.of("check"), PublishedSchema.read(second.out()));
    }
}
