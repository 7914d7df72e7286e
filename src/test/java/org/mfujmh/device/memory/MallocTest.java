package org.mfujmh.device.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class MallocTest {
    private static final long PIECE = 24L << 20;
    private static final long PAGE = 4096;

    /** A piece that glibc would otherwise map anew each time, page by page. */
    @Test
    void whatIsFreedIsAtHandForTheNextThatAsks() throws Exception {
        assumeTrue(Malloc.keepFreed(), "another C library");
        useAPiece();
        long before = pageFaults();
        for (int i = 0; i < 10; i++) {
            useAPiece();
        }
        assertThat(pageFaults() - before).isLessThan(PIECE / PAGE);
    }

    /** The piece lies at the end of this thread's arena, which malloc_trim alone would leave as it is. */
    @Test
    void whatIsFreeIsGivenBackWhenAskedFor() {
        assumeTrue(Malloc.keepFreed(), "another C library");
        useAPiece();
        long held = ResidentMemory.bytes();
        Malloc.trim();
        assertThat(ResidentMemory.bytes()).isLessThan(held - PIECE / 2);
    }

    private static void useAPiece() {
        try (Memory piece = new Memory(PIECE)) {
            piece.setMemory(0, PIECE, (byte) 1);
        }
    }

    /** Minor faults of this thread: proc(5), stat's tenth field, the eighth after the name. */
    private static long pageFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[7]);
    }
}
