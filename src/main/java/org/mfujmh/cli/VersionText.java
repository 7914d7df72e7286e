package org.mfujmh.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.mfujmh.suite.run.BuildCommit;
import picocli.CommandLine.IVersionProvider;

/** What {@code ./mfu --version} prints: the project's version and the commit that this program was built from. */
final class VersionText implements IVersionProvider {
    private static final String RESOURCE = "version.txt";

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            "mfu-jmh " + version()
                    + BuildCommit.ofJarOrCheckout()
                            .map(commit -> " (commit " + commit + ")")
                            .orElse("")
        };
    }

    /** The version in the POM, which the build writes into a resource. */
    private static String version() throws IOException {
        try (InputStream resource = VersionText.class.getResourceAsStream(RESOURCE)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
