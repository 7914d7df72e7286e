package org.mfujmh.device.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What Linux control groups leave to this process: the tightest limit of its own group and of every
 * group above it, of version 1, 2 or both at once.
 *
 * @param cpus processors' worth of time per second, e.g. 1.5; empty where nothing limits it
 * @param memoryBytes the most memory this process's group may use; empty where nothing limits it
 * @param memoryLeftBytes what is left of that, with page cache that the kernel can drop counted as left
 */
public record CgroupLimits(OptionalDouble cpus, OptionalLong memoryBytes, OptionalLong memoryLeftBytes) {

    static final CgroupLimits NONE =
            new CgroupLimits(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    /** Version 1 writes "no limit" as the largest multiple of the page size in a signed long. */
    private static final long NO_LIMIT = Long.MAX_VALUE - (1 << 20);

    /** Reads them from {@code /proc} and {@code /sys} under a root; none where there are no control groups. */
    static CgroupLimits read(Path root) {
        List<String> memberships = lines(root.resolve("proc/self/cgroup"));
        List<String> mounts = lines(root.resolve("proc/self/mountinfo"));
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

    /** The folders of this process's own memory group and of those above it, of each version that has them. */
    public static List<Path> memoryGroups(Path root) {
        return groups(
                root, "memory", lines(root.resolve("proc/self/cgroup")), lines(root.resolve("proc/self/mountinfo")));
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

    private static OptionalLong memoryLimit(Path group) {
        return Stream.of("memory.max", "memory.limit_in_bytes")
                .flatMapToLong(file -> number(group.resolve(file)).stream())
                .filter(bytes -> bytes > 0 && bytes < NO_LIMIT)
                .min();
    }

    private static OptionalLong memoryLeft(Path group) {
        OptionalLong limit = memoryLimit(group);
        OptionalLong used = Stream.of("memory.current", "memory.usage_in_bytes")
                .flatMapToLong(file -> number(group.resolve(file)).stream())
                .findFirst();
        if (limit.isEmpty() || used.isEmpty()) {
            return limit;
        }
        long droppable = lines(group.resolve("memory.stat")).stream()
                .filter(line -> line.matches("(total_)?inactive_file \\d+"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .max()
                .orElse(0);
        return OptionalLong.of(Math.max(0, limit.getAsLong() - Math.max(0, used.getAsLong() - droppable)));
    }

    /** The folders of this process's group and of all above it, in every hierarchy that has the controller. */
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

        static Optional<Mount> parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (left.length < 5 || !left[4].startsWith("/") || right.length < 3 || !right[0].startsWith("cgroup")) {
                return Optional.empty();
            }
            List<String> options = Arrays.asList(right[2].split(",", -1));
            return Optional.of(new Mount(left[3], left[4], right[0].equals("cgroup2"), options));
        }

        boolean has(String controller) {
            return version2 || options.contains(controller);
        }

        boolean isHierarchyOf(String controllers, String controller) {
            return version2
                    ? controllers.isEmpty()
                    : Arrays.asList(controllers.split(",", -1)).contains(controller);
        }

        /** A container may see its own group as the mount's top, by a path that means nothing inside: then the top it is. */
        List<Path> fromGroupToTop(Path root, String group) {
            Path top = root.resolve(point.substring(1));
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
        return lines(file).stream()
                .flatMap(line -> Stream.of(line.strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException unreadable) {
            return List.of(); // no limit that we can know of
        }
    }
}
