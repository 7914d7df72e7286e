package org.mfujmh.device.cpu;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mfujmh.device.SystemFile;

/**
 * The limits of this process from Linux control groups: the tightest of its own group and all groups above it, in
 * version 1, 2 or both.
 *
 * @param cpus CPU time in CPUs, e.g. 1.5; empty if not limited
 * @param memoryBytes the most memory that this process's group may use; empty if not limited
 * @param memoryLeftBytes what is left of that; page cache that the kernel can drop counts as available
 */
public record CgroupLimits(OptionalDouble cpus, OptionalLong memoryBytes, OptionalLong memoryLeftBytes) {

    static final CgroupLimits NONE =
            new CgroupLimits(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    /** Version 1 writes "no limit" as the largest multiple of the page size in a signed long. */
    private static final long NO_LIMIT = Long.MAX_VALUE - (1 << 20);

    /** Reads the limits from {@code /proc} and {@code /sys} under a root; empty if there are no control groups. */
    static CgroupLimits read(Path root) {
        List<String> memberships = SystemFile.lines(root.resolve("proc/self/cgroup"));
        List<String> mounts = SystemFile.lines(root.resolve("proc/self/mountinfo"));
        List<Path> cpuGroups = groups(root, "cpu", memberships, mounts);
        List<Path> memoryGroups = groups(root, "memory", memberships, mounts);
        return new CgroupLimits(
                cpuGroups.stream()
                        .flatMapToDouble(group -> cpuLimit(group).stream())
                        .min(),
                memoryGroups.stream()
                        .flatMapToLong(group -> memoryLimit(group).stream())
                        .min(),
                memoryGroups.stream()
                        .flatMapToLong(group -> memoryLeft(group).stream())
                        .min());
    }

    /** The folders of this process's memory group and the groups above it, in each version. */
    public static List<Path> memoryGroups(Path root) {
        return groups(
                root,
                "memory",
                SystemFile.lines(root.resolve("proc/self/cgroup")),
                SystemFile.lines(root.resolve("proc/self/mountinfo")));
    }

    private static OptionalDouble cpuLimit(Path group) {
        List<String> max = words(group.resolve("cpu.max")); // version 2: "150000 100000" or "max 100000"
        if (max.size() == 2) {
            return quotient(number(max.get(0)), number(max.get(1)));
        }
        return quotient(number(group.resolve("cpu.cfs_quota_us")), number(group.resolve("cpu.cfs_period_us")));
    }

    private static OptionalDouble quotient(OptionalLong quota, OptionalLong period) {
        return quota.orElse(-1) > 0 && period.orElse(-1) > 0
                ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong())
                : OptionalDouble.empty();
    }

    /** memory.high counts as a limit too: above it, the kernel throttles and reclaims until progress stops. */
    private static OptionalLong memoryLimit(Path group) {
        return LongStream.concat(
                        Stream.of("memory.max", "memory.high", "memory.limit_in_bytes")
                                .flatMapToLong(file -> number(group.resolve(file)).stream()),
                        // Version 1: the tightest limit of the groups above, which a container cannot see.
                        statistic(group, "hierarchical_memory_limit"))
                .filter(bytes -> bytes > 0 && bytes < NO_LIMIT)
                .min();
    }

    /** A line of memory.stat. */
    private static LongStream statistic(Path group, String... names) {
        List<String> wanted = List.of(names);
        return SystemFile.lines(group.resolve("memory.stat")).stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2 && wanted.contains(words[0]))
                .flatMapToLong(words -> number(words[1]).stream());
    }

    private static OptionalLong memoryLeft(Path group) {
        OptionalLong limit = memoryLimit(group);
        OptionalLong used = Stream.of("memory.current", "memory.usage_in_bytes")
                .flatMapToLong(file -> number(group.resolve(file)).stream())
                .findFirst();
        if (limit.isEmpty() || used.isEmpty()) {
            return limit;
        }
        long droppable = statistic(group, "inactive_file", "total_inactive_file")
                .filter(bytes -> bytes > 0)
                .max()
                .orElse(0);
        return OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, Math.max(0, used.getAsLong()) - droppable)));
    }

    /** The folders of this process's group and all groups above it, in every hierarchy that has the controller. */
    private static List<Path> groups(Path root, String controller, List<String> memberships, List<String> mounts) {
        List<Path> groups = new ArrayList<>();
        for (String line : mounts) {
            Optional<Mount> mount = Mount.parse(line).filter(m -> m.has(controller));
            mount.ifPresent(m -> memberships.stream()
                    .map(membership -> membership.split(":", 3))
                    .filter(parts ->
                            parts.length == 3 && parts[2].startsWith("/") && m.isHierarchyOf(parts[1], controller))
                    .forEach(parts -> groups.addAll(m.fromGroupToTop(root, parts[2]))));
        }
        return groups;
    }

    /** One line of {@code /proc/self/mountinfo}; see proc(5). */
    private record Mount(String top, String point, boolean version2, List<String> options) {
        private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");

        static Optional<Mount> parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (left.length < 5 || !left[4].startsWith("/") || right.length < 3 || !right[0].startsWith("cgroup")) {
                return Optional.empty();
            }
            List<String> options = Arrays.asList(right[2].split(",", -1));
            return Optional.of(new Mount(unescaped(left[3]), unescaped(left[4]), right[0].equals("cgroup2"), options));
        }

        /** The kernel escapes blanks, line ends and backslashes in a name as three octal digits. */
        private static String unescaped(String field) {
            return SystemFile.name(ESCAPE.matcher(field)
                    .replaceAll(escape ->
                            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8)))));
        }

        boolean has(String controller) {
            return version2 || options.contains(controller);
        }

        boolean isHierarchyOf(String controllers, String controller) {
            return version2
                    ? controllers.isEmpty()
                    : Arrays.asList(controllers.split(",", -1)).contains(controller);
        }

        /**
         * In a container, the mount's top may be its own group, listed with a path that does not exist inside; then the
         * top is used.
         */
        List<Path> fromGroupToTop(Path root, String groupAsListed) {
            String group = SystemFile.name(groupAsListed);
            try {
                return pathsToTop(root, group);
            } catch (InvalidPathException noFileCanBeNamedSo) {
                return List.of();
            }
        }

        private List<Path> pathsToTop(Path root, String group) {
            Path top = root.resolve(point.replaceFirst("^/+", ""));
            boolean inside = !group.contains("..")
                    && (this.top.equals("/") || Path.of(group).startsWith(this.top));
            Path own = inside ? top.resolve(Path.of(this.top).relativize(Path.of(group))) : top;
            return Stream.iterate(own.normalize(), path -> path != null && path.startsWith(top), Path::getParent)
                    .toList();
        }
    }

    private static OptionalLong number(Path file) {
        List<String> words = words(file);
        return words.isEmpty() ? OptionalLong.empty() : number(words.get(0));
    }

    private static OptionalLong number(String word) {
        try {
            return OptionalLong.of(Long.parseLong(word));
        } catch (NumberFormatException notANumber) { // "max"
            return OptionalLong.empty();
        }
    }

    private static List<String> words(Path file) {
        return SystemFile.lines(file).stream()
                .flatMap(line -> Stream.of(line.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
