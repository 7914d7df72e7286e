package org.mfujmh.engine.installed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;

/**
 * Folders for compiled libraries, the preferred one first: MFU_CACHE, else XDG_CACHE_HOME or ~/.cache; and the
 * temporary folder, if the home folder is not writable.
 */
record CacheRoots(List<Path> candidates) {
    static final String VARIABLE = "MFU_CACHE";
    private static final String NAME = "mfu-jmh";
    private static final int WRITABLE_BY_ALL = 2;

    static CacheRoots of(Map<String, String> environment) {
        List<Path> candidates = new ArrayList<>();
        String own = environment.getOrDefault(VARIABLE, "");
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!own.isEmpty()) {
            candidates.add(Path.of(own).toAbsolutePath());
        } else if (!xdg.isEmpty()) {
            candidates.add(Path.of(xdg, NAME));
        } else {
            candidates.add(Path.of(System.getProperty("user.home"), ".cache", NAME));
        }
        candidates.add(Path.of(System.getProperty("java.io.tmpdir"), NAME + "-" + user()));
        return new CacheRoots(List.copyOf(candidates));
    }

    /** The user's name; a number where the system has no name for it. */
    private static String user() {
        String name = System.getProperty("user.name");
        return name.equals("?")
                ? owner(Path.of("/proc/self")).map(Object::toString).orElse(name)
                : name;
    }

    /** The number of the user that owns it; none if it is not there. */
    private static Optional<Object> owner(Path path) {
        try {
            return Optional.of(Files.getAttribute(path, "unix:uid"));
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    /** A folder of that name that is there already, in any of them, and passes the test. */
    Optional<Path> existing(String name, Predicate<Path> isWhole) {
        return candidates.stream()
                .filter(root -> isUsable(root) && isTrusted(root))
                .map(root -> root.resolve(name))
                .filter(isWhole)
                .findFirst();
    }

    /** The first writable one, created if missing. @throws BadInput if none can be */
    Path writable() {
        List<String> why = new ArrayList<>();
        for (Path root : candidates) {
            if (!isUsable(root)) {
                why.add(root + " has a colon in its name, where DJL would cut it");
                continue;
            }
            try {
                Files.createDirectories(root);
                Files.delete(Files.createTempFile(root, ".mfu", ".probe"));
                if (isTrusted(root)) {
                    return root;
                }
                why.add(root + " belongs to another user");
            } catch (IOException e) {
                why.add(root + " cannot be written (" + WholeFile.why(e) + ")");
            }
        }
        throw new BadInput("There is no place for the JNI library: " + String.join(", ", why) + ". Name a folder by "
                + VARIABLE + "=FOLDER.");
    }

    private static boolean isUsable(Path root) {
        return !root.toString().contains(File.pathSeparator);
    }

    /**
     * A library to load must not come from another user: anyone can create a folder in /tmp. The owner is compared by
     * number, since a user of a container may have neither a name nor a home.
     */
    private static boolean isTrusted(Path root) {
        Optional<Object> owner = owner(root);
        Stream<Path> ours = Stream.of(Path.of("/proc/self"), Path.of(System.getProperty("user.home")));
        return owner.isPresent() && (ours.map(CacheRoots::owner).anyMatch(owner::equals) || isRootsAlone(root));
    }

    private static boolean isRootsAlone(Path root) {
        try {
            Map<String, Object> folder = Files.readAttributes(root, "unix:uid,mode");
            return folder.get("uid").equals(0) && ((int) folder.get("mode") & WRITABLE_BY_ALL) == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
