package org.mfujmh.device;

import java.util.Locale;

/**
 * Converts the name of a device to a folder name: {@code NVIDIA H100 80GB HBM3} into {@code nvidia-h100-80gb-hbm3},
 * {@code Intel(R) Xeon(R) Platinum 8480+} with 56 cores into {@code intel-xeon-platinum-8480-plus-56c}. Devices of
 * different speed get different slugs, as far as their names differ; marketing words are dropped.
 */
public final class DeviceSlug {
    private static final int LONGEST = 80;

    private DeviceSlug() {}

    public static String ofGpu(String name) {
        return slug(name, "unknown-gpu");
    }

    /**
     * @param generation appended if the name has no digit, as from hypervisors ("Intel(R) Xeon(R) Processor" is any
     *     Xeon of fifteen years), e.g. {@code family 6 model 207}
     */
    public static String ofCpu(String name, String generation, int cores) {
        String brief = name.replaceAll("(?i)\\((r|tm|c)\\)", " ")
                .replaceAll("(?i)@.*", " ") // "@ 2.30GHz"
                .replaceAll("(?i)\\bwith radeon.*", " ")
                .replaceAll("(?i)\\b\\d+(th|st|nd|rd) gen\\b", " ")
                .replaceAll("(?i)\\b(\\d+|[a-z]+)-core\\b", " ") // "64-Core", "Sixteen-Core": the suffix says it
                .replaceAll("(?i)\\b(cpu|processor)\\b", " ");
        String distinct = brief.matches(".*\\d.*") ? brief : brief + " " + generation;
        return slug(distinct, "unknown-cpu") + "-" + cores + "c";
    }

    private static String slug(String name, String ifEmpty) {
        String slug = name.toLowerCase(Locale.ROOT)
                .replace("+", "-plus-") // Xeon 8480+ is not the 8480
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        String cut = slug.substring(0, Math.min(slug.length(), LONGEST)).replaceAll("-+$", "");
        return cut.isEmpty() ? ifEmpty : cut;
    }
}
