package org.mfujmh.suite.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How the processes of a stopped suite end, and what is said of one that does not. */
@EnabledOnOs(OS.LINUX)
class StopHookTest {

    @Test
    void allAreEnded() throws Exception {
        Process one = new ProcessBuilder("sleep", "600").start();
        Process two = new ProcessBuilder("sleep", "600").start();
        assertThat(StopHook.endAll(
                        () -> Stream.of(one, two).map(Process::toHandle).filter(ProcessHandle::isAlive),
                        Duration.ofMinutes(5)))
                .isEmpty();
        assertThat(one.waitFor()).isEqualTo(137);
        assertThat(two.waitFor()).isEqualTo(137);
    }

    /** One that has ended stands for one in a driver: neither can be killed, and both are in the list for good. */
    @Test
    void whatCannotBeEndedIsNamedAndNotAwaitedForEver() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        ProcessHandle stuck = ended.toHandle();
        assertThat(StopHook.endAll(() -> Stream.of(stuck), Duration.ofMillis(200)))
                .containsExactly(stuck);
        assertThat(StopHook.cannotEnd(List.of(stuck)))
                .startsWith("Process " + stuck.pid() + " was killed and has not ended");
        assertThat(StopHook.cannotEnd(List.of(stuck, stuck)))
                .startsWith("Processes " + stuck.pid() + ", " + stuck.pid() + " were");
    }
}
