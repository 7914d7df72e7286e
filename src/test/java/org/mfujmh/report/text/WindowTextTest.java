package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.flops.Audit;
import org.mfujmh.flops.Convention;
import org.mfujmh.flops.Term;
import org.mfujmh.flops.Workload;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.hub.Models;

/** A window that no sequence fills is none to the reader: Phi-4-mini has one of 262,144 in a context of 131,072. */
class WindowTextTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "262144, 4096, '', (T+1)/2T: causal",
        "131072, 131072, '', (T+1)/2T: causal",
        "131071, 131071, '; 2 of 2 layers see 131,071 tokens', (T+1)/2T: causal",
        "2048, 2048, '; 2 of 2 layers see 2,048 tokens', (T+1)/2T: causal",
        "2048, 2049, '; 2 of 2 layers see 2,048 tokens', inside the window",
    })
    void aWindowIsNamedWhereItCuts(int window, int tokens, String named, String remark) throws IOException {
        Path file = folder.resolve("phi-" + window + ".json");
        Files.writeString(
                file,
                "{\"model_type\": \"phi3\", \"num_hidden_layers\": 2, \"max_position_embeddings\": 131072,"
                        + " \"sliding_window\": " + window + "}");
        Architecture model = Models.ofFile(file.toString()).architecture();
        assertThat(ArchitectureText.windows(model)).isEqualTo(named);
        List<String> remarks = Audit.of(new Workload(model, 1, tokens), Convention.CAUSAL_EXACT).terms().stream()
                .map(Term::remark)
                .filter(said -> !said.isEmpty())
                .distinct()
                .toList();
        assertThat(remarks).containsExactly(remark);
    }
}
