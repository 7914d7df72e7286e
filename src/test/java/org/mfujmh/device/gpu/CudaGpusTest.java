package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mfujmh.device.gpu.CudaGpus.GpuChoice;

class CudaGpusTest {
    private static final List<String> FIELDS = List.of("index", "name", "uuid", "mig.mode.current");
    private static final Gpu T4 = gpu("0, Tesla T4, GPU-aaaa-1, [N/A]");
    private static final Gpu H100 = gpu("1, NVIDIA H100 PCIe, GPU-bbbb-2, Disabled");
    private static final Gpu OTHER_H100 = gpu("2, NVIDIA H100 PCIe, GPU-bbcc-3, Disabled");
    private static final Gpu DIVIDED = gpu("0, NVIDIA A100-SXM4-40GB, GPU-dddd-4, Enabled")
            .withSlices(List.of(new Gpu.MigSlice("3g.20gb", "MIG-1"), new Gpu.MigSlice("1g.5gb", "MIG-2")));

    @Test
    void theOnlyGpuIsCudaZero() {
        assertChosen(CudaGpus.choose(List.of(T4), 0, Map.of()), T4);
    }

    @Test
    void amongAlikeTheNumbersAgree() {
        assertChosen(CudaGpus.choose(List.of(H100, OTHER_H100), 1, Map.of()), OTHER_H100);
    }

    @Test
    void amongDifferentOnesTheNumberIsNotTrustedUnlessCudaNumbersByBus() {
        List<Gpu> mixed = List.of(T4, H100);

        assertUnclear(CudaGpus.choose(mixed, 0, Map.of()), "Set CUDA_DEVICE_ORDER=PCI_BUS_ID");
        assertChosen(CudaGpus.choose(mixed, 0, Map.of("CUDA_DEVICE_ORDER", "PCI_BUS_ID")), T4);
        assertUnclear(CudaGpus.choose(mixed, 0, Map.of("CUDA_DEVICE_ORDER", "FASTEST_FIRST")), "unclear which one");
    }

    @Test
    void visibleDevicesAreRenumbered() {
        List<Gpu> mixed = List.of(T4, H100, OTHER_H100);
        Map<String, String> byBus = Map.of("CUDA_DEVICE_ORDER", "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES", "2, 0");

        assertChosen(CudaGpus.choose(mixed, 0, byBus), OTHER_H100);
        assertChosen(CudaGpus.choose(mixed, 1, byBus), T4);
        assertUnclear(CudaGpus.choose(mixed, 2, byBus), "leaves no cuda:2");
        assertChosen(CudaGpus.choose(mixed, 0, visible("GPU-bbcc")), OTHER_H100);
        assertUnclear(CudaGpus.choose(mixed, 0, visible("GPU-bb")), "more than one");
        assertUnclear(CudaGpus.choose(mixed, 0, visible("GPU-zz")), "none of nvidia-smi's GPUs");
        assertUnclear(CudaGpus.choose(mixed, 0, visible("")), "leaves no cuda:0");
        assertUnclear(CudaGpus.choose(mixed, 1, visible("0,-1,1")), "leaves no cuda:1");
        assertUnclear(CudaGpus.choose(mixed, 0, visible("7")), "nvidia-smi lists only 3");
    }

    @Test
    void ofADividedCardItIsOneSlice() {
        assertThat(name(CudaGpus.choose(List.of(DIVIDED), 0, Map.of()))).isEqualTo("NVIDIA A100-SXM4-40GB MIG 3g.20gb");
        assertThat(name(CudaGpus.choose(List.of(DIVIDED), 0, visible("MIG-2"))))
                .isEqualTo("NVIDIA A100-SXM4-40GB MIG 1g.5gb");
    }

    private static String name(GpuChoice choice) {
        return ((GpuChoice.Chosen) choice).gpu().nameOfWhatRuns();
    }

    private static void assertChosen(GpuChoice choice, Gpu gpu) {
        assertThat(choice).isEqualTo(new GpuChoice.Chosen(gpu));
    }

    private static void assertUnclear(GpuChoice choice, String says) {
        assertThat(choice).isInstanceOfSatisfying(GpuChoice.Unclear.class, unclear -> assertThat(unclear.sentence())
                .contains(says));
    }

    private static Map<String, String> visible(String devices) {
        return Map.of("CUDA_VISIBLE_DEVICES", devices);
    }

    private static Gpu gpu(String row) {
        return SmiOutput.gpu(FIELDS, row).orElseThrow();
    }
}
