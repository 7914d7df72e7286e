package org.mfujmh.engine.installed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A shared library of Linux, as far as its bytes tell whether this process could load it. */
record ElfFile(Path path) {
    private static final int MACHINE = 18;
    private static final Map<Integer, String> ARCHITECTURES =
            Map.of(3, "x86", 62, "x86_64", 183, "aarch64", 21, "ppc64le", 243, "riscv64", 22, "s390x");

    /** The architecture it is compiled for, as {@code uname -m} names it; empty if this is no such file. */
    Optional<String> architecture() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(MACHINE + 2);
            if (head.length < MACHINE + 2 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
                return Optional.empty();
            }
            int machine = (head[MACHINE] & 0xff) | (head[MACHINE + 1] & 0xff) << 8;
            return Optional.of(ARCHITECTURES.getOrDefault(machine, "machine " + machine));
        }
    }

    /** Whether a text of plain characters stands anywhere in it. */
    boolean contains(String text) throws IOException {
        return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains(text);
    }

    /** The architecture of this Java, in the same words. */
    static String ownArchitecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }
}
