package org.mfujmh.device.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ResidentMemoryTest {
    private static final long PIECE = 64 << 10;
    private static final long WHOLE = 256L << 20;

    /** Small pieces, the last of which stays: malloc can not shrink its heap from the end. */
    @Test
    void whatWasFreedBeforeSomethingThatStaysIsGivenBack() {
        List<Memory> pieces = new ArrayList<>();
        for (long size = 0; size < WHOLE; size += PIECE) {
            Memory piece = new Memory(PIECE);
            piece.setMemory(0, PIECE, (byte) 1);
            pieces.add(piece);
        }
        try (Memory last = new Memory(PIECE)) {
            long held = ResidentMemory.bytes();
            pieces.forEach(Memory::close);
            long freed = ResidentMemory.bytes();
            assumeTrue(freed > held - WHOLE / 2, "this C library gives back by itself");
            ResidentMemory.release();
            assertThat(last.size()).isEqualTo(PIECE);
            assertThat(ResidentMemory.bytes()).isLessThan(held - WHOLE / 2);
        }
    }
}
