package org.mfujmh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineJvmTest {

    /** DJL, in the fork, passes over a CUDA library where JNA finds no libcudart. */
    @Test
    void aForkLooksForTheCudaRuntimeWhereItsParentWasToldTo() {
        String before = System.getProperty("jna.library.path");
        try {
            System.setProperty("jna.library.path", "/opt/cuda lib");
            assertThat(EngineJvm.options()).contains("-Djna.library.path=/opt/cuda lib");
            System.clearProperty("jna.library.path");
            assertThat(EngineJvm.options()).noneMatch(option -> option.contains("jna"));
        } finally {
            if (before != null) {
                System.setProperty("jna.library.path", before);
            }
        }
    }
}
