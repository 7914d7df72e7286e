package org.mfujmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The example for GitLab in {@code docs/guide/ci.md}. */
class GitLabExampleTest {

    /** docs.gitlab.com/ci/jobs/job_control: under rules, a manual job is one that the pipeline waits for. */
    @Test
    void noPipelineWaitsForAManualJob() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("docs/guide/ci.md"));
        List<Integer> manual = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).strip().equals("when: manual"))
                .boxed()
                .toList();
        assertThat(manual).isNotEmpty().allSatisfy(i -> {
            String indent = lines.get(i).replaceFirst("\\S.*", "");
            assertThat(lines.get(i + 1)).startsWith(indent + "allow_failure: true");
        });
    }
}
