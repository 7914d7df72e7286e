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

    private Launched run(String arguments) throws Exception {
        Launched ran = Launched.mfu(folder, (Object[]) arguments.split(" ", -1));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran;
    }

    @Test
    void theLargestBatch() throws Exception {
        Launched ran = run("max-batch --model gpt-tiny --seq 64 --gemm native --dtype fp32 --memory-limit 320MiB"
                + " --format json");
        JsonSchemaTest.requireValid(PublishedSchema.of("max-batch"), PublishedSchema.read(ran.out()));
    }

    /** smollm-135m has 134,515,008 parameters in fp32. */
    @Test
    void measuredMemory() throws Exception {
        Launched ran =
                run("memory --model smollm-135m --seq 64 --dtype fp32 --pass forward,decode --measure --format json");
        JsonNode passes = PublishedSchema.read(ran.out());
        JsonSchemaTest.requireValid(PublishedSchema.of("memory"), passes);
        for (JsonNode pass : passes) {
            assertThat(pass.get("measured_before").longValue()).isGreaterThan(4 * 134_515_008L * 95 / 100);
            assertThat(pass.get("measured_total").longValue())
                    .isGreaterThan(pass.get("measured_before").longValue());
        }
        assertThat(ran.err()).contains("[1/2] forward of smollm-135m ...", "[2/2] decode of smollm-135m ...");
    }

    @Test
    void aRunAndItsGate() throws Exception {
        String bench =
                "bench ForwardBenchmark -p model=gpt-tiny -p seqLen=64 -p gemm=native -f 1 -wi 1 -i 1 -w 1ms -r 1ms -rff ";
        run(bench + "run.json");
        for (JsonNode result : PublishedSchema.read(Files.readString(folder.resolve("run.json")))) {
            JsonNode properties = JsonSchemaTest.runProperties(result);
            assertThat(properties.size()).isGreaterThan(15);
            JsonSchemaTest.requireValid(PublishedSchema.of("run-properties"), properties);
        }
        Launched gated = run(bench + "second.json --gate run.json --format json");
        JsonSchemaTest.requireValid(PublishedSchema.of("check"), PublishedSchema.read(gated.out()));
    }
}
