package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mfujmh.device.peaks.PeakChoice;
import org.mfujmh.flops.Convention;
import org.mfujmh.model.hub.Models;
import org.mfujmh.results.Entry;
import org.mfujmh.results.JmhJson;
import org.mfujmh.suite.plan.Combination;
import org.mfujmh.suite.plan.DeviceDefaults;
import org.mfujmh.suite.plan.SuiteOptions;
import org.mfujmh.suite.plan.SuitePlan;

/** What a file to resume must share with the run, beyond the properties that all forks of the run have. */
class ResumedConditionsTest {
    private static final String FORWARD = "org.mfujmh.bench.ForwardBenchmark.forward";
    private static final String CONFIG = """
            {"model_type": "gpt2", "vocab_size": 256, "n_positions": 64, "n_embd": %d, "n_layer": 2, "n_head": 2}""";

    private static final Provenance NONE = new Provenance(Map.of());

    @TempDir
    Path folder;

    @Test
    void theUsersOwnModelIsTheOneThatWasMeasured() throws IOException {
        Path config = Files.createDirectory(folder.resolve("resumed-own")).resolve("config.json");
        Files.writeString(config, CONFIG.formatted(64));
        Combination one = new Combination(
                FORWARD,
                Map.of("model", Models.ofFile(config.toString()).architecture().name()));
        String json = one.modelJson().orElseThrow();
        assertThat(NONE.differences(one, entry("mfu.model", json))).isEmpty();
        assertThat(NONE.differences(one, entry("mfu.model", json.replace("\"n_embd\":64", "\"n_embd\":32"))))
                .hasValue("mfu.model, the configuration of resumed-own: n_embd was 32 and is now 64");
        assertThat(NONE.differences(one, entry("mfu.schema", "1")).orElseThrow())
                .startsWith("mfu.model, the configuration of resumed-own: was absent and is now {");
    }

    @ParameterizedTest
    @CsvSource({"mfu.torchPath, /some/torch", "mfu.torchStamp, 1234-5678"})
    void thePyTorchIsTheOneThatWasMeasured(String property, String value) {
        Combination one = new Combination(FORWARD, Map.of("model", "gpt-tiny"));
        assertThat(NONE.differences(one, entry(property, value)))
                .hasValue(property + " was \"" + value + "\" and is now \"\"");
        assertThat(System.getProperty(property))
                .as("this process uses the bundled one")
                .isNull();
        System.setProperty(property, value);
        try {
            assertThat(NONE.differences(one, entry(property, value))).isEmpty();
            assertThat(NONE.differences(one, entry("mfu.schema", "1")))
                    .hasValue(property + " was \"\" and is now \"" + value + "\"");
        } finally {
            System.clearProperty(property);
        }
    }

    /** Scores of other modes have another unit. */
    @Test
    void theModeIsTheOneThatWasMeasured() {
        Entry throughput = JmhJson.of(FORWARD).forks(1, 2, 3).entry();
        assertThat(timing(throughput, "-bm", "avgt")).contains("-bm was thrpt and is now avgt");
        assertThat(timing(throughput)).doesNotContain("-bm");
        assertThat(timing(JmhJson.of(FORWARD).mode("avgt", "ms/op").entry())).contains("-bm was avgt and is now thrpt");
    }

    /** Implausible, so measured again; undecided, so again. */
    @Test
    void aResultMayHaveItsForksUpToThreeTimes() {
        assertThat(timing(JmhJson.of(FORWARD).asked(5).entry(), "-f", "5")).doesNotContain("-f ");
        assertThat(timing(JmhJson.of(FORWARD).asked(10).entry(), "-f", "5")).doesNotContain("-f ");
        assertThat(timing(JmhJson.of(FORWARD).asked(15).entry(), "-f", "5")).doesNotContain("-f ");
        assertThat(timing(JmhJson.of(FORWARD).asked(20).entry(), "-f", "5")).contains("-f was 20 and is now 5");
        assertThat(timing(JmhJson.of(FORWARD).asked(7).entry(), "-f", "5")).contains("-f was 7 and is now 5");
    }

    private static String timing(Entry earlier, String... arguments) {
        SuiteOptions options = SuiteOptions.of(
                List.of(arguments),
                List.of(arguments),
                false,
                Duration.ofMinutes(1),
                PeakChoice.SHIPPED,
                Convention.EXACT);
        SuitePlan plan = SuitePlan.of(options, DeviceDefaults.CPU);
        return plan.timing(plan.combinations().get(0)).differences(earlier).orElse("");
    }

    private static Entry entry(String property, String value) {
        return JmhJson.of(FORWARD).property(property, value).entry();
    }
}
