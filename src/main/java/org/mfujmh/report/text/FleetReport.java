package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.compare.Fleet;
import org.mfujmh.compare.Siblings;
import org.mfujmh.compare.Siblings.Standing;

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
                if (member.standing() == Standing.STRAGGLER || member.standing() == Standing.UNSURE) {
                    rows.add(List.of(
                            member.file(),
                            names.names().get(i),
                            NumberFormat.of(member.value().estimate(), siblings.unit()),
                            NumberFormat.change(member.ratio()),
                            Integer.toString(member.forks()),
                            member.standing() == Standing.STRAGGLER ? "straggler" : "within noise"));
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
                                        siblings.identity().params().toString(),
                                        Double.toString(member.value().estimate()),
                                        Double.toString(member.ratio()),
                                        member.standing().toString())))
                        .toList());
    }
}
