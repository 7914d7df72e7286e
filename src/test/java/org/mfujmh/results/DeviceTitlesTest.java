package org.mfujmh.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mfujmh.compare.Grid;

/** CPUs that clouds give one name stay apart. */
class DeviceTitlesTest {
    private static JmhJson cpu(String features) {
        return JmhJson.of("a.B.c")
                .property("mfu.device", "AMD EPYC")
                .property("mfu.cpu", "AMD EPYC")
                .property("mfu.cpuFeatures", features)
                .forks(1, 2, 3);
    }

    private static List<String> titles(JmhJson... results) {
        List<Entry> entries = Stream.of(results).map(JmhJson::entry).toList();
        DeviceTitles titles = new DeviceTitles(entries);
        return entries.stream().map(entry -> titles.of(entry).orElse("none")).toList();
    }

    @Test
    void oneCpuHasItsName() {
        assertThat(titles(cpu("avx2,fma"), cpu("avx2,fma"))).containsExactly("AMD EPYC", "AMD EPYC");
        assertThat(titles(cpu("avx2").property("mfu.cpuModel", "family 25"), cpu("avx2")))
                .as("an older file does not record the model")
                .containsExactly("AMD EPYC", "AMD EPYC");
        assertThat(titles(JmhJson.of("a.B.c").forks(1, 2, 3))).containsExactly("none");
    }

    @Test
    void whatDiffersTellsThemApart() {
        assertThat(titles(
                        cpu("avx2").property("mfu.cpuModel", "family 25"),
                        cpu("avx2,avx512f").property("mfu.cpuModel", "family 26")))
                .containsExactly("AMD EPYC (family 25)", "AMD EPYC (family 26)");
        assertThat(titles(cpu("avx2,f16c"), cpu("avx2,avx512_bf16,avx512f,f16c")))
                .containsExactly("AMD EPYC (without avx512_bf16)", "AMD EPYC (with avx512_bf16)");
        assertThat(titles(cpu("a"), cpu("a,b"), cpu("a,b,c"), cpu("a,b,c")))
                .containsExactly(
                        "AMD EPYC (without b, without c)",
                        "AMD EPYC (with b, without c)",
                        "AMD EPYC (with b, with c)",
                        "AMD EPYC (with b, with c)");
        assertThat(titles(
                        cpu("a").property("mfu.cpuCaches", "L2 1 MiB"), cpu("a").property("mfu.cpuCaches", "L2 2 MiB")))
                .containsExactly("AMD EPYC (L2 1 MiB)", "AMD EPYC (L2 2 MiB)");
    }

    @Test
    void theCpuOfAGpuIsNotTheDevice() {
        assertThat(titles(
                        JmhJson.of("a.B.c")
                                .property("mfu.device", "NVIDIA H200")
                                .property("mfu.cpu", "AMD EPYC")
                                .property("mfu.cpuModel", "family 25"),
                        JmhJson.of("a.B.c")
                                .property("mfu.device", "NVIDIA H200")
                                .property("mfu.cpu", "AMD EPYC")
                                .property("mfu.cpuModel", "family 26")))
                .containsExactly("NVIDIA H200", "NVIDIA H200");
    }

    @Test
    void comparedByDeviceEachIsAColumn() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        files.put("a.json", List.of(cpu("avx2").entry()));
        files.put("b.json", List.of(cpu("avx2,avx512f").entry()));

        assertThat(Grid.of(files, "device", List.of(), false).columns())
                .containsExactly("AMD EPYC (without avx512f)", "AMD EPYC (with avx512f)");
    }
}
