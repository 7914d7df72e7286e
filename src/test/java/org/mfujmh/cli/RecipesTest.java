package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/contributing.md: a GPU and a claim are a line in a CSV file each, and nothing else. */
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
    void aClaimIsALineInClaims() throws IOException {
        // GPT-3, 96 layers of width 12288: 175 B parameters, as Brown et al. print (arXiv 2005.14165, table 2.1).
        Path claims = copyWith(
                "flops/claims.csv",
                "\"GPT-3: parameters\",parameters_tied,96x12288x96x50257x2048,,,,,,,,,,175e9,,holds,,,,arXiv 2005.14165 table 2.1,");

        Ran ran = Ran.mfu("verify", "--claims-from", claims.toString());

        assertThat(ran.out()).containsPattern("GPT-3: parameters .* holds").contains("60 claims");
        assertThat(ran.exitCode()).as(ran.out()).isZero();
    }
}
