package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of CONTRIBUTING.md: a GPU and a claim are a line in a CSV file each, and nothing else. */
class RecipesTest {
    @TempDir
    private Path folder;

    private Path copyWith(String resource, String line) throws IOException {
        Path copy = Files.copy(
                Path.of("src/main/resources/org/mfujmh").resolve(resource),
                folder.resolve(Path.of(resource).getFileName()));
        return Files.writeString(copy, line + "\n", StandardOpenOption.APPEND);
    }

    @Test
    void aGpuIsALineInPeaks() throws IOException {
        assertThat(Ran.mfu("peaks", "NVIDIA X9000").out()).doesNotContain("2,345");
        Path peaks = copyWith(
                "device/peaks/peaks.csv",
                "X9000,X9000,100,1172.5,2345,2345,none,96,4000,2000,NVIDIA X9000 datasheet,a test,");

        Ran ran = Ran.mfu("peaks", "NVIDIA X9000", "--peaks-csv", peaks.toString(), "--format", "json");

        assertThat(ran.out()).contains("\"matched\" : \"X9000\"").containsPattern("\"bf16_tflops\" : 2345(\\.0)?");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
    }

    @Test
    void aClaimIsALineInClaims() throws IOException {
        // GPT-3, 96 layers of width 12288: 175 B parameters, as Brown et al. print (arXiv 2005.14165, table 2.1).
        Path claims = copyWith(
                "flops/claims/claims.csv",
                "\"GPT-3: parameters\",parameters_tied,96x12288x96x50257x2048,,,,,,,,,,175e9,,holds,,,,arXiv 2005.14165 table 2.1,");

        Ran ran = Ran.mfu("verify", "--claims-from", claims.toString());

        assertThat(ran.out()).containsPattern("GPT-3: parameters .* holds").contains("60 claims");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
    }
}
