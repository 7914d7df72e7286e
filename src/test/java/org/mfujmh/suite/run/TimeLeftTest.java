package org.mfujmh.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLeftTest {

    @Test
    void theTimeLeftIsAGuessThenFollowsTheForksThatAreDone() {
        TimeLeft left = new TimeLeft(List.of(new TimeLeft.Part(2, 10), new TimeLeft.Part(2, 30)), true);
        left.next();
        assertThat(left.inWords(0)).isEqualTo(" (about 1 min 20 s left)");
        left.forkDone(); // in 20 s: twice as slow as guessed
        assertThat(left.inWords(20)).isEqualTo(" (about 2 min 20 s left)");
        left.next();
        left.forkDone();
        assertThat(left.inWords(50)).isEqualTo(" (about 30 s left)");
        left.forkDone();
        assertThat(left.inWords(80)).isEmpty();
    }
}
