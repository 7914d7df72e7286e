package org.mfujmh.results;

import java.util.regex.Pattern;

/** Names of devices in result files, of which some say that the device was not known. */
public final class DeviceNames {
    private static final Pattern UNKNOWN = Pattern.compile(
            "[-?\\s]*|<?unknown( (cpu|gpu|device|processor))?>?|n/?a|none|null|unidentified gpu|unnamed( \\w+)? (cpu|gpu)",
            Pattern.CASE_INSENSITIVE);

    private DeviceNames() {}

    /** Whether two devices of this name may be two. */
    public static boolean isUnknown(String name) {
        return UNKNOWN.matcher(name.strip()).matches();
    }
}
