package org.mfujmh.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mfujmh.BadInput;
import org.mfujmh.ExitCode;
import org.mfujmh.compare.Fleet;
import org.mfujmh.compare.GatePolicy;
import org.mfujmh.compare.MetricLabel;
import org.mfujmh.compare.Siblings;
import org.mfujmh.report.text.Document;
import org.mfujmh.report.text.FleetReport;
import org.mfujmh.report.text.JsonNumber;
import org.mfujmh.report.text.OutputFormat;
import org.mfujmh.results.Entry;
import org.mfujmh.results.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./mfu fleet} finds incomplete files and slow devices in the results of a fleet. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        description = {
            "Finds stragglers and incomplete results in the files of many devices, one file per device.",
            "A straggler is slower than the other devices of the same name. Exit code 1 if there is a straggler, if a"
                    + " measurement failed (no number, or fewer forks than requested), or if a file is damaged,"
                    + " incomplete or measured at another batch."
        },
        footer = {
            "",
            "Examples:",
            "  ./mfu fleet /shared/results",
            "  ./mfu fleet 'results/*/*.json' --threshold 2%% --metric roofline_share",
            "",
            "To see the files side by side: ./mfu compare /shared/results",
            "docs/guide/fleets.md describes how to measure a fleet."
        })
final class FleetCommand implements Callable<Integer> {
    @Mixin
    private ComparedFiles compared;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            defaultValue = "3%",
            description = "How far below the median of its siblings a device counts as a straggler. Default: "
                    + "${DEFAULT-VALUE}.")
    private String threshold;

    @Override
    public Integer call() {
        Map<String, List<Entry>> files = new LinkedHashMap<>();
        Map<String, String> damaged = new LinkedHashMap<>();
        for (Path file : compared.paths()) {
            try {
                files.put(file.toString(), Identity.readUnique(file));
            } catch (BadInput problem) {
                damaged.put(file.toString(), problem.getMessage());
            }
        }
        if (files.isEmpty()) {
            throw new BadInput("None of the files can be read: " + String.join(" ", damaged.values()));
        }
        List<Entry> all = files.values().stream().flatMap(List::stream).toList();
        MetricLabel label = compared.metric().orElseGet(() -> MetricLabel.usual(all));
        Fleet fleet = Fleet.of(files, label, GatePolicy.threshold(threshold), compared.direction());
        System.out.print(
                switch (compared.format()) {
                    case JSON -> OutputFormat.json(json(fleet, damaged));
                    case CSV -> new FleetReport(fleet).figures().toCsv();
                    default -> text(fleet, damaged, files.size());
                });
        if (compared.format() == OutputFormat.CSV) {
            reportFiles(fleet, damaged);
        }
        return fleet.isSound() && damaged.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** A table of figures has no row for files without them. */
    private static void reportFiles(Fleet fleet, Map<String, String> damaged) {
        System.out.flush();
        fleet.incomplete()
                .forEach(one -> System.err.println("Incomplete: " + one.file() + " lacks "
                        + one.lacks().size() + " of " + one.of() + " measurements."));
        fleet.otherBatches()
                .forEach(one -> System.err.println("Measured at another batch: " + one.file() + ", where others have "
                        + String.join(", ", one.batches()) + "."));
        fleet.siblings().stream()
                .flatMap(one -> one.members().stream())
                .filter(one -> !one.fault().isEmpty())
                .forEach(one -> System.err.println("Failed: " + one.file() + ": " + one.fault() + "."));
        damaged.values().forEach(why -> System.err.println("Damaged: " + why));
    }

    private String text(Fleet fleet, Map<String, String> damaged, int files) {
        FleetReport report = new FleetReport(fleet);
        Document document = new Document(compared.format())
                .heading(fleet.metric().name() + " of " + files + " files"
                        + (report.common().isEmpty() ? "" : ", " + report.common()))
                .table(report.overview());
        if (!report.below().rows().isEmpty()) {
            document.heading("At least " + threshold + " below their siblings").table(report.below());
            document.paragraph(
                    "A straggler is further below than noise between forks explains. Check its clocks, power "
                            + "limit, temperature and background load (docs/guide/fleets.md).");
        }
        if (!report.failed().rows().isEmpty()) {
            document.heading("Failed").table(report.failed());
            document.paragraph("Measure these again.");
        }
        if (!fleet.incomplete().isEmpty()) {
            document.heading("Incomplete").table(report.incomplete());
            document.paragraph("Run the same command on that node again to resume.");
        }
        if (!fleet.otherBatches().isEmpty()) {
            document.heading("Measured at another batch").table(report.otherBatches());
            document.paragraph("These are not compared with the others. Measure all at one batch (-p batchSize=N).");
        }
        if (!report.choices().isEmpty()) {
            document.heading("Compared though chosen differently");
            report.choices().forEach(document::paragraph);
        }
        if (!damaged.isEmpty()) {
            document.heading("Damaged");
            damaged.values().forEach(document::paragraph);
        }
        if (fleet.isSound() && damaged.isEmpty()) {
            String shown = report.below().rows().isEmpty() ? "" : "shown to be ";
            boolean compared = fleet.siblings().stream()
                    .anyMatch(siblings -> siblings.members().size() > 1);
            document.paragraph(
                    compared
                            ? "All files are complete, and no device is " + shown + threshold + " below its siblings."
                            : "All files are complete, but no device has a sibling here to be compared with: give the"
                                    + " results of several devices of one kind.");
        }
        return document.text();
    }

    private static Object json(Fleet fleet, Map<String, String> damaged) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("metric", fleet.metric().name());
        value.put("sound", fleet.isSound() && damaged.isEmpty());
        value.put(
                "measurements",
                fleet.siblings().stream().map(FleetCommand::json).toList());
        value.put(
                "incomplete",
                fleet.incomplete().stream()
                        .map(one ->
                                Map.of("file", one.file(), "lacks", one.lacks().size(), "of", one.of()))
                        .toList());
        value.put(
                "other_batches",
                fleet.otherBatches().stream()
                        .map(one -> Map.of(
                                "file",
                                one.file(),
                                "benchmark",
                                one.own().benchmark(),
                                "params",
                                one.own().params(),
                                "batches",
                                one.batches()))
                        .toList());
        value.put("damaged", damaged);
        return value;
    }

    private static Object json(Siblings siblings) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("benchmark", siblings.identity().benchmark());
        value.put("params", siblings.identity().params());
        value.put("device", siblings.identity().device());
        value.put("median", JsonNumber.orNull(siblings.median()));
        value.put("unit", siblings.unit());
        value.put("choices", siblings.choices());
        value.put("files", siblings.members().stream().map(FleetCommand::json).toList());
        return value;
    }

    private static Object json(Siblings.Member member) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("file", member.file());
        value.put("value", JsonNumber.orNull(member.value().estimate()));
        value.put("low", JsonNumber.orNull(member.value().low()));
        value.put("high", JsonNumber.orNull(member.value().high()));
        value.put("n", member.forks());
        value.put("ratio", JsonNumber.orNull(member.ratio()));
        value.put("standing", member.standing().toString());
        value.put("fault", member.fault());
        return value;
    }
}
