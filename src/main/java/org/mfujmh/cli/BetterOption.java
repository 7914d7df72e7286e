package org.mfujmh.cli;

import java.util.Optional;
import org.mfujmh.schema.Direction;
import picocli.CommandLine.Option;

/** {@code --better}: the direction of a metric whose name and unit do not determine it. */
final class BetterOption {
    private enum Better {
        HIGH,
        LOW
    }

    @Option(
            names = "--better",
            paramLabel = "B",
            description =
                    "high or low: whether larger or smaller values are better. Default: from the metric's mode, name "
                            + "or unit; required if these do not determine it.")
    private Better better;

    Optional<Direction> direction() {
        return better == null
                ? Optional.empty()
                : Optional.of(better == Better.HIGH ? Direction.HIGHER_IS_BETTER : Direction.LOWER_IS_BETTER);
    }
}
