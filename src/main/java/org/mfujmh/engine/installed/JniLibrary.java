package org.mfujmh.engine.installed;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The JNI library for an installed PyTorch, in the folder that DJL loads from.
 *
 * @param folder has links to PyTorch's libraries, the JNI library, and in {@code jna/} a link to libcudart
 * @param origin how the JNI library came to be
 */
record JniLibrary(Path folder, JniOrigin origin) {
    /** Names a library that was compiled elsewhere, for a machine without a compiler. */
    static final String GIVEN_VARIABLE = "MFU_TORCH_JNI";

    /** As DJL looks for it. */
    static final String FILE_NAME = "libdjl_torch.so";

    enum JniOrigin {
        COMPILED,
        CACHED,
        GIVEN;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where JNA finds libcudart; a folder that may not exist. */
    Path jna() {
        return folder.resolve("jna");
    }
}
