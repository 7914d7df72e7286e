package org.mfujmh.engine.installed;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mfujmh.schema.RunProperty;

/**
 * The system properties by which a process loads one libtorch, and no other.
 *
 * @param properties by name; the names of {@link #NAMES} that it lacks are not set in such a process
 */
public record TorchSettings(Map<String, String> properties) {
    static final String ASKED = RunProperty.TORCH_ASKED.key();
    static final String FOLDER = RunProperty.TORCH_PATH.key();
    static final String JNI = RunProperty.TORCH_JNI.key();
    static final String STAMP = RunProperty.TORCH_STAMP.key();
    static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
    static final String VERSION = "PYTORCH_VERSION";
    static final String FLAVOR = "PYTORCH_FLAVOR";
    /** Others set it too: a user, for a libcudart of the system's. */
    static final String JNA = "jna.library.path";

    /** What DJL reads, as properties and, before that, as variables. */
    static final List<String> OF_DJL = List.of(LIBRARY_PATH, VERSION, FLAVOR);

    /** All that may be set. */
    static final List<String> NAMES = List.of(ASKED, LIBRARY_PATH, VERSION, FLAVOR, FOLDER, JNI, STAMP, JNA);

    public TorchSettings {
        properties = Map.copyOf(properties);
    }

    /** Those of this process. */
    static TorchSettings ofThisProcess() {
        Map<String, String> set = new LinkedHashMap<>();
        NAMES.forEach(name -> Optional.ofNullable(System.getProperty(name)).ifPresent(value -> set.put(name, value)));
        return new TorchSettings(set);
    }

    /** The libtorch on the class path, even if MFU_TORCH is set. */
    static TorchSettings bundled() {
        Map<String, String> set = new LinkedHashMap<>(Map.of(ASKED, TorchInUse.BUNDLED));
        Optional.ofNullable(System.getProperty(JNA)).ifPresent(folders -> set.put(JNA, folders));
        return new TorchSettings(set);
    }

    static TorchSettings of(InstalledTorch torch, JniLibrary library) {
        String others = System.getProperty(JNA, "");
        return new TorchSettings(Map.of(
                LIBRARY_PATH,
                library.folder().toString(),
                VERSION,
                torch.version().full(),
                FLAVOR,
                torch.version().flavor(),
                FOLDER,
                torch.folder().toString(),
                JNI,
                library.origin().label(),
                STAMP,
                torch.stamp(),
                JNA,
                library.jna() + (others.isEmpty() ? "" : File.pathSeparator + others)));
    }

    /** Whether it is an installed PyTorch instead of the bundled one. */
    public boolean isInstalled() {
        return properties.containsKey(FOLDER);
    }

    /** One line: version, folder and origin of the JNI library; empty for the bundled one. */
    Optional<String> describe() {
        return isInstalled()
                ? Optional.of("PyTorch " + properties.get(VERSION) + " of " + properties.get(FOLDER) + " (JNI library: "
                        + properties.get(JNI) + ")")
                : Optional.empty();
    }

    /** Makes this process load it, and its children that are started with {@link TorchInUse#jvmOptions}. */
    void set() {
        for (String name : NAMES) {
            String value = properties.get(name);
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        }
    }

    /**
     * As JVM options. A process that is given the folder does not need the original request.
     */
    List<String> jvmOptions() {
        boolean toldWhatNotToUse = TorchInUse.BUNDLED.equals(properties.get(ASKED));
        return NAMES.stream()
                .filter(properties::containsKey)
                .filter(name -> isInstalled() ? !name.equals(ASKED) : name.equals(ASKED) && toldWhatNotToUse)
                .map(name -> "-D" + name + "=" + properties.get(name))
                .toList();
    }
}
