package org.mfujmh.device.peaks;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mfujmh.device.cpu.HostCpu;

/**
 * Compares names of devices. Two names match if they are equal without leading brands (drivers print {@code NVIDIA},
 * {@code Tesla} or {@code GeForce} or omit them, depending on their age), ignoring case and the choice of space, dash
 * or underscore. Partial names never match: L4 is contained in L40S, and A40 in A4000.
 */
final class DeviceName {
    private static final Pattern SEPARATOR = Pattern.compile("[\\s_-]+");
    private static final Pattern BRAND = Pattern.compile("^(nvidia|tesla|geforce|amd|instinct) ");
    private static final Pattern MIG = Pattern.compile("\\bMIG\\b");
    private static final Pattern VIRTUAL = Pattern.compile("\\bGRID\\b|-\\d+[ABCQ]\\b");
    private static final Pattern LAPTOP = Pattern.compile("(?i)\\b(laptop|mobile|max-q(?! workstation))\\b");
    private static final Pattern CPU =
            Pattern.compile("(?i)\\b(xeon|epyc|ryzen|threadripper|core\\(tm\\)|neoverse|graviton|apple m\\d+|cpu)\\b");

    private DeviceName() {}

    static String normalise(String name) {
        String plain =
                SEPARATOR.matcher(name.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
        String before;
        do {
            before = plain;
            plain = BRAND.matcher(plain).replaceFirst("");
        } while (!plain.equals(before));
        return plain;
    }

    /** Why the name cannot be that of a card in a datasheet, if the name itself shows it. */
    static Optional<String> whyNoCard(String name) {
        if (MIG.matcher(name).find()) {
            return Optional.of("it is a slice of a divided card (MIG), whose peak is not that of the whole card");
        }
        if (VIRTUAL.matcher(name).find()) {
            return Optional.of("it is a virtual GPU, which has only a share of a card's peak");
        }
        if (LAPTOP.matcher(name).find()) {
            return Optional.of("its clocks depend on the power limit set by the laptop's vendor, so no datasheet "
                    + "gives its peak");
        }
        if (CPU.matcher(name).find()) {
            return Optional.of("it is a CPU, and " + HostCpu.WHY_NO_PEAK);
        }
        return Optional.empty();
    }

    /** Whether the full name has every word of a part of a name, which is not blank. */
    static boolean extendsName(String full, String part) {
        List<String> words = words(part);
        return !words.isEmpty() && words(full).containsAll(words);
    }

    private static List<String> words(String name) {
        return Stream.of(normalise(name).split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Similarity of two names, 0 to 1: the Dice coefficient of their letter pairs. */
    static double likeness(String one, String other) {
        Set<String> pairs = pairs(normalise(one));
        Set<String> others = pairs(normalise(other));
        long shared = pairs.stream().filter(others::contains).count();
        return 2.0 * shared / (pairs.size() + others.size());
    }

    /** Letter pairs, including the ends of the name, so that names of one or two letters have pairs too. */
    private static Set<String> pairs(String name) {
        String framed = "^" + name + "$";
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i + 2 <= framed.length(); i++) {
            pairs.add(framed.substring(i, i + 2));
        }
        return pairs;
    }
}
