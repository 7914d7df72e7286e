package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mfujmh.results.Published;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mfu published}: writes results/published/ anew, for who adds a row to published.csv. */
@Command(
        name = "published",
        mixinStandardHelpOptions = true,
        hidden = true,
        description = "Writes what others published as JMH result files, with their sources.",
        footer = {"", "Example:", "  ./mfu published && ./mfu compare results/published"})
final class PublishedCommand implements Callable<Integer> {
    @Option(names = "-o", paramLabel = "DIR", description = "Where to. Default: ${DEFAULT-VALUE}.")
    private Path folder = Path.of("results", "published");

    @Override
    public Integer call() {
        Published.writeTo(folder).forEach(System.out::println);
        return 0;
    }
}
