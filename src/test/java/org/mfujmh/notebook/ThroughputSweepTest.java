package org.mfujmh.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.engine.ModelSpec;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Gemm;
import org.mfujmh.model.Loss;
import org.mfujmh.model.Pass;
import org.mfujmh.model.Precision;
import org.mfujmh.model.Program;
import org.mfujmh.model.hub.Models;
import org.mfujmh.model.hub.TinyModels;
import org.mfujmh.schema.PassParams;
import org.mfujmh.search.ProbedPass;
import org.mfujmh.suite.plan.ResumeCommand;
import org.mfujmh.suite.plan.SuiteOptions;

/** How the suite is told what to measure at each batch. */
class ThroughputSweepTest {
    @TempDir
    Path folder;

    private static SuiteOptions options(Architecture model) {
        ModelSpec spec = new ModelSpec(model, Program.FUSED, Precision.BF16, Gemm.NATIVE, Loss.SUM);
        return ThroughputSweep.options(new ProbedPass(spec, Pass.FORWARD, 16, "cpu"), "1,2", "3");
    }

    /** Another process has not read it, and does not know its name. */
    @Test
    void theCommandThatResumesHasThePathOfTheConfig() throws Exception {
        Path own = Files.createDirectory(folder.resolve("sweep-of-my-own"));
        Files.copy(TinyModels.folder("llama").resolve("config.json"), own.resolve("config.json"));
        SuiteOptions options = options(Models.named(own.toString()));
        assertThat(ResumeCommand.sentence("To resume", options.arguments(), Path.of("sweep.json")))
                .contains(" -p model=" + own + " ");
        assertThat(options.jmh().getParameter(PassParams.MODEL).get()).containsExactly("sweep-of-my-own");
    }

    @Test
    void aModelThatIsShippedGoesByItsName() {
        assertThat(options(Models.named("gpt-tiny")).arguments()).contains("model=gpt-tiny");
    }
}
