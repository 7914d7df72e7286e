package org.mfujmh.results;

import java.util.regex.Pattern;

/** Recognises device names in result files that stand for an unknown device. */
public final class DeviceNames {
    private static final Pattern UNKNOWN = Pattern.compile(
            "[-?\\s]*|<?unknown( (cpu|gpu|device|processor))?>?|n/?a|none|null|unidentified gpu|unnamed( \\w+)?"
                    + " (cpu|gpu)|(common (32-bit )?kvm processor|qemu (virtual|tcg) cpu( version \\S+)?)",
            Pattern.CASE_INSENSITIVE);

    private DeviceNames() {}

    /** Whether the name stands for an unknown device, so that two devices of this name may differ. */
    public static boolean isUnknown(String name) {
        return UNKNOWN.matcher(name.strip()).matches();
    }
}
