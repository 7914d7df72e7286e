package org.mfujmh.cli;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.mfujmh.BadInput;
import org.mfujmh.device.peaks.PeakPrecision;
import org.mfujmh.device.peaks.PeakResolution;
import org.mfujmh.device.peaks.PeakTable;
import org.mfujmh.flops.TrainingRun;
import org.mfujmh.model.Architecture;
import org.mfujmh.schema.PassParams;
import picocli.CommandLine.Option;

/** Options of a planned training run: its tokens and devices. */
final class TrainingRunOptions {
    private static final int MOST_DIGITS = 40;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description =
                    "Show the cost of training on this many tokens, such as 1e12: FLOPs and, with --device and --mfu, "
                            + "device-hours and days.")
    private String tokens;

    @Option(names = "--devices", paramLabel = "N", description = "With --tokens: number of devices. Default: 1.")
    private Integer devices;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "With --tokens: the device, as nvidia-smi prints it; ./mfu peaks lists them.")
    private String device;

    @Option(
            names = "--peak-tflops",
            paramLabel = "X",
            description = "With --tokens: dense peak of a device, instead of --device.")
    private Double peakTflops;

    @Option(
            names = "--dtype",
            paramLabel = "D",
            completionCandidates = HelpLists.PeakDtypes.class,
            description =
                    "With --device: whose peak it is, ${COMPLETION-CANDIDATES}. With --bytes: of weights and cache, fp32, fp16 or "
                            + "bf16. Default: bf16.")
    private String dtype;

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            description = "With --tokens: the MFU of whole training steps, such as 0.4 or 40%%.",
            converter = ShareConverter.class)
    private Double utilization;

    /** @throws BadInput if an option describes a training run without --tokens */
    boolean isAsked() {
        if (tokens == null
                && Stream.of(devices, device, peakTflops, utilization).anyMatch(Objects::nonNull)) {
            throw new BadInput("--devices, --device, --peak-tflops and --mfu describe a training run and need"
                    + " its --tokens, e.g. --tokens 1e12.");
        }
        return tokens != null;
    }

    TrainingRun run(Architecture model, int sequence) {
        return new TrainingRun(model, sequence, number(tokens));
    }

    /** The precision of the products; of decoding, that of weights and cache. */
    String dtype() {
        return dtype == null ? PassParams.DEFAULT_DTYPE : dtype;
    }

    /** What it runs on; empty if only FLOPs are asked for. */
    Optional<TrainingRun.Cluster> cluster() {
        if (device == null && peakTflops == null) {
            if (devices != null || utilization != null || dtype != null) {
                throw new BadInput(
                        "Device-hours need the devices' peak: name them by --device (./mfu peaks lists them), or"
                                + " give --peak-tflops.");
            }
            return Optional.empty();
        }
        if (peakTflops != null && dtype != null) {
            throw new BadInput(
                    "--dtype " + dtype + " chooses among the peaks of a --device, and --peak-tflops is a peak:"
                            + " leave one of the two out.");
        }
        if (utilization == null) {
            throw new BadInput(
                    "Device-hours need --mfu, the share of the peak that whole training steps reach, e.g. 0.4.");
        }
        return Optional.of(new TrainingRun.Cluster(devices == null ? 1 : devices, peak(), utilization));
    }

    /** Devices, peak and share; empty if only FLOPs are asked for. */
    String inWords() {
        return cluster()
                .map(found -> found.count() + " x " + (device == null ? "a device" : device) + " at "
                        + BigDecimal.valueOf(100 * found.utilization())
                                .stripTrailingZeros()
                                .toPlainString() + " % of "
                        + BigDecimal.valueOf(found.peakTflops())
                                .stripTrailingZeros()
                                .toPlainString() + " TFLOP/s"
                        + (peakTflops == null ? " (dense, " + precision().label() + ")" : ""))
                .orElse("");
    }

    private double peak() {
        if (peakTflops != null) {
            if (!(peakTflops > 0 && Double.isFinite(peakTflops))) {
                throw new BadInput("--peak-tflops " + peakTflops + " is not a number above 0.");
            }
            return peakTflops;
        }
        PeakResolution found = PeakTable.shipped().resolve(device, OptionalInt.empty(), precision());
        OptionalDouble peak = found.tflops();
        return peak.orElseThrow(() -> new BadInput(found.reason().replaceAll("\\.?$", "")
                + ". ./mfu peaks lists the devices; --peak-tflops takes another's."));
    }

    private PeakPrecision precision() {
        String label = dtype();
        return PeakPrecision.of(label)
                .orElseThrow(() -> new BadInput("There is no --dtype \"" + label
                        + "\". Choose one of "
                        + String.join(
                                ", ",
                                Stream.of(PeakPrecision.values())
                                        .map(PeakPrecision::label)
                                        .toList()) + "."));
    }

    private static BigDecimal number(String text) {
        try {
            BigDecimal value = text.length() > MOST_DIGITS ? null : new BigDecimal(text.strip());
            if (value != null && Math.abs((long) value.scale()) <= MOST_DIGITS) {
                return value;
            }
        } catch (NumberFormatException notOne) {
            // Said below, as for one with too many digits.
        }
        throw new BadInput("--tokens \"" + text + "\" is no number of tokens, such as 1e12 or 300000000000.");
    }
}
