package org.mfujmh.device.cpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names of Arm cores by their numbers in {@code /proc/cpuinfo}, from {@code arm_cores.csv}. */
final class ArmCores {
    private static final Map<String, String> NAMES = load();

    private ArmCores() {}

    /** E.g. {@code Neoverse-V2}. */
    static Optional<String> core(String implementer, String part) {
        return Optional.ofNullable(NAMES.get(implementer + "," + part));
    }

    /** E.g. {@code Apple}. */
    static Optional<String> implementer(String implementer) {
        return Optional.ofNullable(NAMES.get(implementer + ","));
    }

    /** Whether a name is just that of a core, which many vendors use in CPUs of different speed. */
    static boolean isCore(String name) {
        return NAMES.entrySet().stream()
                .anyMatch(one -> !one.getKey().endsWith(",") && one.getValue().equalsIgnoreCase(name));
    }

    private static Map<String, String> load() {
        Map<String, String> names = new HashMap<>();
        try (InputStream stream = ArmCores.class.getResourceAsStream("arm_cores.csv");
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> line.startsWith("0x")).forEach(line -> {
                int end = line.lastIndexOf(',');
                names.put(line.substring(0, end), line.substring(end + 1));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
