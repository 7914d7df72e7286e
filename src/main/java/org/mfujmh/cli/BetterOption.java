package org.mfujmh.cli;

import java.util.Optional;
import org.mfujmh.schema.Direction;
import picocli.CommandLine.Option;

/** {@code --better}: which way a metric points, where neither its name nor its unit says. */
final class BetterOption {
    private enum Better {
        HIGH,
        LOW
    }

    @Option(
            names = "--better",
            paramLabel = "B",
            description =
                    "high or low: which way the metric is better. Default: as its mode, name or unit says; asked for where none does.")
    private Better better;

    Optional<Direction> direction() {
        return better == null
                ? Optional.empty()
                : Optional.of(better == Better.HIGH ? Direction.HIGHER_IS_BETTER : Direction.LOWER_IS_BETTER);
    }
}
