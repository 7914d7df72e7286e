package org.mfujmh.device.cpu;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.mfujmh.device.SystemFile;

/** A whole number alone in a file of the kernel's. */
final class SystemNumber {
    private SystemNumber() {}

    /** @param unit what follows the number, or nothing. @return empty if anything else stands there */
    static OptionalLong of(Path file, String unit) {
        String text = String.join("", SystemFile.lines(file)).strip();
        return text.matches("\\d{1,12}" + unit)
                ? OptionalLong.of(Long.parseLong(text.substring(0, text.length() - unit.length())))
                : OptionalLong.empty();
    }
}
