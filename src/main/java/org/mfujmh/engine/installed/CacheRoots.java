package org.mfujmh.engine.installed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.BadInput;
import org.mfujmh.WholeFile;

/**
 * Folders for compiled libraries, the preferred one first: MFU_CACHE, else XDG_CACHE_HOME or ~/.cache; and the
 * temporary folder, if the home folder is not writable.
 */
record CacheRoots(List<Path> candidates) {
    static final String VARIABLE = "MFU_CACHE";
    private static final String NAME = "mfu-jmh";

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
        candidates.add(Path.of(System.getProperty("java.io.tmpdir"), NAME + "-" + System.getProperty("user.name")));
        return new CacheRoots(List.copyOf(candidates));
    }

    /** A folder of that name that is there already, in any of them. */
    Optional<Path> existing(String name) {
        return candidates.stream()
                .filter(CacheRoots::isOurs)
                .map(root -> root.resolve(name))
                .filter(Files::isDirectory)
                .findFirst();
    }

    /** The first writable one, created if missing. @throws BadInput if none can be */
    Path writable() {
        List<String> why = new ArrayList<>();
        for (Path root : candidates) {
            try {
                Files.createDirectories(root);
                Files.delete(Files.createTempFile(root, ".mfu", ".probe"));
                if (isOurs(root)) {
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

    /** A library to load must not come from another user: anyone can create a folder in /tmp. */
    private static boolean isOurs(Path root) {
        try {
            return Files.getOwner(root).equals(Files.getOwner(Path.of(System.getProperty("user.home"))))
                    || Files.getOwner(root).getName().equals(System.getProperty("user.name"));
        } catch (IOException missing) {
            return false;
        }
    }
}
