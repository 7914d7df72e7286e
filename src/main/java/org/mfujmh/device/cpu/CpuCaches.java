package org.mfujmh.device.cpu;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The caches of the first processor from the second level on, which tell apart CPUs that share a core. */
final class CpuCaches {
    private static final int MOST = 8;
    private static final int HIGHEST_LEVEL = 4;
    private static final long KIB_IN_MIB = 1024;

    private CpuCaches() {}

    /** {@code [L2 2 MiB, L3 32 MiB]}; empty where the kernel does not tell. */
    static List<String> of(Path root) {
        Map<Long, Long> kibByLevel = new TreeMap<>();
        for (int i = 0; i < MOST; i++) {
            Path cache = root.resolve("sys/devices/system/cpu/cpu0/cache/index" + i);
            OptionalLong level = SystemNumber.of(cache.resolve("level"), "");
            OptionalLong kib = SystemNumber.of(cache.resolve("size"), "K");
            if (level.isPresent() && kib.isPresent() && level.getAsLong() <= HIGHEST_LEVEL && kib.getAsLong() > 0) {
                kibByLevel.merge(level.getAsLong(), kib.getAsLong(), Math::max);
            }
        }
        return kibByLevel.entrySet().stream()
                .filter(cache -> cache.getKey() >= 2)
                .map(cache -> "L" + cache.getKey() + " " + size(cache.getValue()))
                .toList();
    }

    private static String size(long kib) {
        return kib % KIB_IN_MIB == 0 ? kib / KIB_IN_MIB + " MiB" : kib + " KiB";
    }
}
