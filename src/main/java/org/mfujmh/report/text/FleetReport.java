package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.compare.Fleet;
import org.mfujmh.compare.Siblings;
import org.mfujmh.compare.Siblings.Standing;
import org.mfujmh.schema.PassParams;

/** The report on a fleet: each measurement over all devices of a kind, and the outliers. */
public final class FleetReport {
    private final Fleet fleet;
    private final RowNames names;

    public FleetReport(Fleet fleet) {
        this.fleet = fleet;
        this.names =
                RowNames.of(fleet.siblings().stream().map(Siblings::identity).toList());
    }

    /** One row per measurement and kind of device: the number of files and their spread. */
    public Table overview() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < fleet.siblings().size(); i++) {
            Siblings siblings = fleet.siblings().get(i);
            double[] values = siblings.members().stream()
                    .mapToDouble(member -> member.value().estimate())
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            boolean known = values.length > 0;
            rows.add(List.of(
                    names.names().get(i),
                    Integer.toString(siblings.members().size()),
                    NumberFormat.of(siblings.median(), siblings.unit()),
                    known ? NumberFormat.of(values[0], siblings.unit()) : "-",
                    known ? NumberFormat.of(values[values.length - 1], siblings.unit()) : "-",
                    known ? NumberFormat.percent((values[values.length - 1] - values[0]) / siblings.median()) : "-",
                    Long.toString(siblings.members().stream()
                            .filter(member -> member.standing() == Standing.STRAGGLER)
                            .count())));
        }
        return new Table(
                List.of(
                        Table.Column.text("measurement"),
                        Table.Column.number("files"),
                        Table.Column.number("median"),
                        Table.Column.number("lowest"),
                        Table.Column.number("highest"),
                        Table.Column.number("spread"),
                        Table.Column.number("stragglers")),
                rows);
    }

    /** The conditions that all measurements share, such as {@code dtype=bf16}; may be empty. */
    public String common() {
        return names.common();
    }

    /** One row per device below its siblings; may be empty. */
    public Table below() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < fleet.siblings().size(); i++) {
            Siblings siblings = fleet.siblings().get(i);
            for (Siblings.Member member : siblings.members()) {
                String verdict = verdict(member.standing());
                if (!verdict.isEmpty()) {
                    rows.add(List.of(
                            member.file(),
                            names.names().get(i),
                            NumberFormat.of(member.value().estimate(), siblings.unit()),
                            NumberFormat.change(member.ratio()),
                            Integer.toString(member.forks()),
                            verdict));
                }
            }
        }
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("measurement"),
                        Table.Column.number("value"),
                        Table.Column.number("vs. siblings"),
                        Table.Column.number("forks"),
                        Table.Column.text("verdict")),
                rows);
    }

    /** Of a device below its siblings; otherwise empty. */
    private static String verdict(Standing standing) {
        return switch (standing) {
            case STRAGGLER -> "straggler";
            case UNSURE -> "may be noise";
            case TOO_FEW -> "too few forks to tell";
            case LEVEL, FAILED, ALONE -> "";
        };
    }

    /** One row per device and measurement without a number, or with fewer forks than were requested; may be empty. */
    public Table failed() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < fleet.siblings().size(); i++) {
            for (Siblings.Member member : fleet.siblings().get(i).members()) {
                if (member.standing() == Standing.FAILED) {
                    rows.add(List.of(member.file(), names.names().get(i), member.fault()));
                }
            }
        }
        return new Table(
                List.of(Table.Column.text("file"), Table.Column.text("measurement"), Table.Column.text("reason")),
                rows);
    }

    /** One row per incomplete file; may be empty. */
    public Table incomplete() {
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("device"),
                        Table.Column.number("missing"),
                        Table.Column.number("of")),
                fleet.incomplete().stream()
                        .map(one -> List.of(
                                one.file(),
                                one.device(),
                                Integer.toString(one.lacks().size()),
                                Integer.toString(one.of())))
                        .toList());
    }

    /** One row per measurement at another batch than others have it; may be empty. */
    public Table otherBatches() {
        List<Fleet.OtherBatch> found = fleet.otherBatches();
        List<String> own =
                RowNames.of(found.stream().map(Fleet.OtherBatch::own).toList()).names();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Fleet.OtherBatch one = found.get(i);
            rows.add(List.of(
                    one.file(),
                    own.get(i),
                    one.own().params().get(PassParams.BATCH_SIZE),
                    String.join(", ", one.batches())));
        }
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("measurement"),
                        Table.Column.number("batch"),
                        Table.Column.number("others")),
                rows);
    }

    /** How the files of a measurement differ in what was chosen, a sentence each; may be empty. */
    public List<String> choices() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fleet.siblings().size(); i++) {
            String name = names.names().get(i);
            fleet.siblings().get(i).choices().forEach(choice -> lines.add(name + ", " + choice));
        }
        return lines;
    }

    /** One row per device and measurement, for programs. */
    public Table figures() {
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("device"),
                        Table.Column.text("benchmark"),
                        Table.Column.text("params"),
                        Table.Column.number("value"),
                        Table.Column.number("ratio"),
                        Table.Column.text("standing")),
                fleet.siblings().stream()
                        .flatMap(siblings -> siblings.members().stream()
                                .map(member -> List.of(
                                        member.file(),
                                        siblings.identity().device(),
                                        siblings.identity().benchmark(),
                                        RowNames.words(siblings.identity().params()),
                                        Double.toString(member.value().estimate()),
                                        Double.toString(member.ratio()),
                                        member.standing().toString())))
                        .toList());
    }
}
