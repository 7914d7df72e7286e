package org.mfujmh.suite.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

class JmhOptionsTest {

    @Test
    void whatAForkIsSentHasNoClassOfOurs() throws IOException, CommandLineOptionException {
        Options sent = new OptionsBuilder()
                .parent(new JmhOptions(List.of("-f", "2", "Forward")))
                .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sent);
        }
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .contains("org.openjdk.jmh.runner.options.CommandLineOptions")
                .doesNotContain("org.mfujmh");
    }
}
