package org.mfujmh.device.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.mfujmh.fuzz.Mutant;

/** Whatever nvidia-smi prints is read or left aside. */
class SmiFuzzTest {
    private static final String ROWS =
            "0, NVIDIA H100 80GB HBM3, GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 535.129.03, 81559, 4, 1980, 345, 2619, 2619, 700.00, Disabled\n";
    private static final String PROCESSES =
            "GPU-5c2d3a6e-0f0b-9d5e-8d0e-1f2a3b4c5d6e, 4194305, /opt/a, b/python3, 17312\n";
    private static final String LISTED =
            "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5d5b)\n  MIG 3g.20gb     Device  0: (UUID: MIG-1a4a)\n";

    @Property(seed = "20261126", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void noOutputIsTooMuch(@ForAll long seed) {
        List<byte[]> seeds = new ArrayList<>(Mutant.seeds("device/gpu/smi/gb10.csv", "device/gpu/smi/orin.csv"));
        for (String text : List.of(ROWS, ROWS + ROWS.replaceFirst("0", "1"), PROCESSES, LISTED)) {
            seeds.add(text.getBytes(StandardCharsets.UTF_8));
        }
        Mutant.each(seed, seeds, (mutant, random) -> {
            String output = new String(mutant, StandardCharsets.UTF_8);
            List<Gpu> gpus = output.lines()
                    .flatMap(line -> SmiOutput.gpu(SmiOutput.GPU_FIELDS, line).stream())
                    .toList();
            SmiOutput.processes(output);
            SmiOutput.rejectedField(output);
            SmiOutput.slices(output);
            for (Gpu gpu : gpus) {
                assertThat(gpu.memoryMib().orElse(1)).isPositive();
                assertThat(gpu.name()).isNotBlank();
                gpu.slug();
                gpu.othersUsingIt();
            }
            CudaGpus.choose(gpus, random.nextInt(3), Map.of("CUDA_VISIBLE_DEVICES", output));
            CudaGpus.choose(gpus, random.nextInt(3), Map.of());
        });
    }
}
