package org.mfujmh.device;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies this machine if its device has no name. The id is valid until the next boot; anything longer-lived (files
 * of an image, a container's address) is shared by many machines.
 */
public final class MachineId {
    private static final int DIGITS = 8;

    private MachineId() {}

    /** The suffix of such a device's name, {@code (machine 3fa9c1d0)}. */
    public static String inBrackets(Path root) {
        return "(machine " + of(root) + ")";
    }

    static String of(Path root) {
        String boot = String.join("", SystemFile.lines(root.resolve("proc/sys/kernel/random/boot_id")))
                .strip();
        return digest(boot.isEmpty() ? host() : boot);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "";
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
