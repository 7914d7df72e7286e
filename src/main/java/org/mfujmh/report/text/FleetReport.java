package org.mfujmh.report.text;

import java.util.ArrayList;
import java.util.List;
import org.mfujmh.compare.Fleet;
import org.mfujmh.compare.Siblings;
import org.mfujmh.compare.Siblings.Standing;

/** A fleet's devices, for people: each measurement over all of its kind, and who stands out. */
public final class FleetReport {
    private final Fleet fleet;
    private final RowNames names;

    public FleetReport(Fleet fleet) {
        this.fleet = fleet;
        this.names =
                RowNames.of(fleet.siblings().stream().map(Siblings::identity).toList());
    }

    /** A row a measurement and kind of device: how many, and how far they lie apart. */
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
                        Table.Column.number("apart"),
                        Table.Column.number("stragglers")),
                rows);
    }

    /** What all measurements have in common, such as {@code dtype=bf16}; may be empty. */
    public String common() {
        return names.common();
    }

    /** A row a device that is below its siblings; may have none. */
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
                            member.standing() == Standing.STRAGGLER ? "straggler" : "within its noise"));
                }
            }
        }
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("measurement"),
                        Table.Column.number("value"),
                        Table.Column.number("to its siblings"),
                        Table.Column.number("forks"),
                        Table.Column.text("verdict")),
                rows);
    }

    /** A row a file that is not whole; may have none. */
    public Table incomplete() {
        return new Table(
                List.of(
                        Table.Column.text("file"),
                        Table.Column.text("device"),
                        Table.Column.number("lacks"),
                        Table.Column.number("of")),
                fleet.incomplete().stream()
                        .map(one -> List.of(
                                one.file(),
                                one.device(),
                                Integer.toString(one.lacks().size()),
                                Integer.toString(one.of())))
                        .toList());
    }

    /** A line a device and measurement, for a program. */
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
