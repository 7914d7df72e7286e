package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mfujmh.ExitCode;
import org.mfujmh.results.Published;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mfu published} regenerates results/published/ after a change to published.csv. */
@Command(
        name = "published",
        mixinStandardHelpOptions = true,
        hidden = true,
        description = "Writes published figures of other projects as JMH result files, with their sources.",
        footer = {"", "Example:", "  ./mfu published && ./mfu compare results/published"})
final class PublishedCommand implements Callable<Integer> {
    @Option(names = "-o", paramLabel = "DIR", description = "The folder to write to. Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("results", "published");

    @Override
    public Integer call() {
        Published.writeTo(folder).forEach(System.out::println);
        return ExitCode.OK;
    }
}
