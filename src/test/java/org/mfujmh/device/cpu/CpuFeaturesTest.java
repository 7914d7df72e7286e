package org.mfujmh.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Against lists of flags as operating systems give them. */
class CpuFeaturesTest {
    @Test
    void aXeonWithAmx() {
        assertThat(
                        CpuFeatures.reduce(
                                List.of(
                                        "flags\t\t: fpu vme ssse3 fma cx16 f16c avx avx2 avx512f avx512dq avx512_bf16 avx512_vnni avx512_fp16 avx_vnni amx_bf16 avx512_bitalg amx_tile amx_int8")))
                .containsExactly(
                        "amx_bf16",
                        "amx_int8",
                        "avx2",
                        "avx512_bf16",
                        "avx512_fp16",
                        "avx512_vnni",
                        "avx512f",
                        "avx_vnni",
                        "f16c",
                        "fma");
    }

    @Test
    void aFeatureIsAWholeWord() {
        assertThat(CpuFeatures.reduce(List.of("flags : avx512_bf16 avx512fp sve2p1 svebf16x xfma4")))
                .containsExactly("avx512_bf16");
    }

    @Test
    void aGraviton() {
        assertThat(CpuFeatures.reduce(List.of("Features\t: fp asimd evtstrm asimdhp cpuid sve i8mm bf16 svebf16")))
                .containsExactly("asimd", "asimdhp", "bf16", "i8mm", "sve", "svebf16");
    }

    @Test
    void aMac() {
        assertThat(CpuFeatures.reduce(List.of(
                        "hw.optional.arm.FEAT_BF16: 1",
                        "hw.optional.arm.FEAT_I8MM: 1",
                        "hw.optional.arm.FEAT_SME: 0",
                        "hw.optional.neon: 1")))
                .containsExactly("asimd", "bf16", "i8mm");
    }

    @Test
    void aWindows() {
        assertThat(CpuFeatures.reduce(List.of("PF_AVX2_INSTRUCTIONS_AVAILABLE", "PF_XMMI_INSTRUCTIONS_AVAILABLE")))
                .containsExactly("avx2");
    }

    @Test
    void nothingListed() {
        assertThat(CpuFeatures.reduce(List.of())).isEmpty();
    }
}
