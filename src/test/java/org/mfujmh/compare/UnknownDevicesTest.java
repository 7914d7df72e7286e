package org.mfujmh.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;

/** Two machines whose device nobody knows are not one device (docker/for-mac #6512: both are called "-"). */
class UnknownDevicesTest {
    private static final String RESOURCES = "/org/mfujmh/gate/unknown-device/";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"-", "", "unknown", "Unknown CPU", "unidentified GPU", "Common KVM processor"})
    void theGateDoesNotCompareThem(String device) throws IOException {
        GateResult result =
                Gate.decide(entries("arm_a.json", device), entries("arm_b.json", device), GatePolicy.DEFAULT);

        assertThat(result.measurements()).singleElement().satisfies(one -> {
            assertThat(one.verdict()).isEqualTo(Verdict.INCOMPARABLE);
            assertThat(one.reason()).contains("device: unknown");
        });
        assertThat(result.exitCode(false)).isEqualTo(2);
    }

    @Test
    void aDeviceWithANameIsStillCompared() throws IOException {
        GateResult result = Gate.decide(
                entries("arm_a.json", "Some CPU 1"), entries("arm_b.json", "Some CPU 1"), GatePolicy.DEFAULT);

        assertThat(result.verdict()).isEqualTo(Verdict.REGRESSED);
    }

    @Test
    void aHypervisorsOneNameForTwoModelsIsTwoDevices() throws IOException {
        String cpu = "Intel(R) Xeon(R) Processor\", \"-Dmfu.cpuModel=family 6 model ";
        GateResult result = Gate.decide(
                entries("arm_a.json", cpu + "207 stepping 2"),
                entries("arm_b.json", cpu + "85 stepping 7"),
                GatePolicy.DEFAULT);

        assertThat(result.measurements().get(0).reason())
                .contains("CPU model: family 6 model 207 stepping 2 -> family 6");
    }

    @Test
    void oneNameAndModelForTwoSizesOfCacheIsTwoDevices() throws IOException {
        String cpu =
                "Intel(R) Xeon(R) Processor\", \"-Dmfu.cpuModel=family 6 model 207 stepping 2\", \"-Dmfu.cpuCaches=L2 2 MiB";
        GateResult result = Gate.decide(
                entries("arm_a.json", cpu + ", L3 300 MiB"), entries("arm_b.json", cpu), GatePolicy.DEFAULT);

        assertThat(result.measurements().get(0).reason()).contains("CPU caches: L2 2 MiB, L3 300 MiB -> L2 2 MiB");
    }

    @Test
    void whoDoesNotRecordCachesIsComparedWithoutThem() throws IOException {
        String cpu = "Intel(R) Xeon(R) Processor\", \"-Dmfu.cpuModel=family 6 model 207 stepping 2";
        String caches = "\", \"-Dmfu.cpuCaches=";
        for (String other : List.of("", caches)) {
            GateResult result = Gate.decide(
                    entries("arm_a.json", cpu + caches + "L2 2 MiB"),
                    entries("arm_b.json", cpu + other),
                    GatePolicy.DEFAULT);

            assertThat(result.verdict()).as(other).isEqualTo(Verdict.REGRESSED);
        }
    }

    @Test
    void inAFleetTheyStandAlone() throws IOException {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        for (String file : List.of("arm_a.json", "arm_b.json")) {
            files.put(file, entries(file, "-"));
        }
        Fleet fleet = Fleet.of(files, MetricLabel.TOKENS_PER_SECOND, 0.03, Optional.empty());

        assertThat(fleet.isSound()).isTrue();
        assertThat(fleet.siblings()).hasSize(2);
    }

    private List<Entry> entries(String resource, String device) throws IOException {
        try {
            String json = Files.readString(Path.of(
                    UnknownDevicesTest.class.getResource(RESOURCES + resource).toURI()));
            Path file = folder.resolve(resource);
            return Identity.readUnique(Files.writeString(
                    file,
                    json.replace("mfu.device=-", "mfu.device=" + device)
                            .replace("mfu.cpu=-", "mfu.cpu=" + device.replaceAll("\".*", ""))));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
