package org.mfujmh.device.cpu;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The instruction sets that determine a CPU's GEMM speed, out of the hundreds that it lists, by their Linux names.
 * Linux, macOS and Windows spell them differently.
 */
final class CpuFeatures {
    /** The name, and the spellings of the operating systems. */
    private static final Map<String, Predicate<String>> KNOWN = new TreeMap<>(Map.ofEntries(
            Map.entry("avx2", word("avx2|pf_avx2_instructions_available")),
            Map.entry("fma", word("fma")),
            Map.entry("f16c", word("f16c")),
            Map.entry("avx512f", word("avx512f|pf_avx512f_instructions_available")),
            Map.entry("avx512_vnni", word("avx512_vnni|avx512vnni")),
            Map.entry("avx512_bf16", word("avx512_bf16")),
            Map.entry("avx512_fp16", word("avx512_fp16")),
            Map.entry("avx_vnni", word("avx_vnni")),
            Map.entry("amx_bf16", word("amx_bf16")),
            Map.entry("amx_fp16", word("amx_fp16")),
            Map.entry("amx_int8", word("amx_int8")),
            Map.entry("asimd", word("asimd|pf_arm_neon_instructions_available|hw\\.optional\\.(neon|advsimd): 1")),
            Map.entry("asimdhp", word("asimdhp|hw\\.optional\\.arm\\.feat_fp16: 1")),
            Map.entry("bf16", word("bf16|hw\\.optional\\.arm\\.feat_bf16: 1")),
            Map.entry("i8mm", word("i8mm|hw\\.optional\\.arm\\.feat_i8mm: 1")),
            Map.entry("sve", word("sve|pf_arm_sve_instructions_available")),
            Map.entry("sve2", word("sve2|pf_arm_sve2_instructions_available")),
            Map.entry("svebf16", word("svebf16")),
            Map.entry("sme", word("sme|hw\\.optional\\.arm\\.feat_sme: 1"))));

    private CpuFeatures() {}

    /** Reduces the lines that OSHI reports to the relevant names, sorted. */
    static List<String> reduce(List<String> lines) {
        String listed = String.join("\n", lines).toLowerCase(Locale.ROOT);
        return KNOWN.entrySet().stream()
                .filter(feature -> feature.getValue().test(listed))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Predicate<String> word(String alternatives) {
        return Pattern.compile("(?<![\\w.])(" + alternatives + ")(?!\\w)").asPredicate();
    }
}
