package org.mfujmh.verify;

import static org.mfujmh.report.text.Table.Column.number;
import static org.mfujmh.report.text.Table.Column.text;

import java.util.List;
import org.mfujmh.report.text.Table;

/**
 * The result of a group of checks.
 *
 * @param title a heading
 * @param checks all checks, for programs
 * @param table the checks for people, with columns that suit the group
 * @param remarks remarks about the checks, one paragraph each
 */
public record CheckedGroup(String title, List<Check> checks, Table table, List<String> remarks) {

    public CheckedGroup {
        checks = List.copyOf(checks);
        remarks = List.copyOf(remarks);
    }

    /** A group with the standard table. */
    static CheckedGroup of(String title, List<Check> checks, String... remarks) {
        return new CheckedGroup(title, checks, table(checks), List.of(remarks));
    }

    public boolean ok() {
        return checks.stream().allMatch(Check::ok);
    }

    /** The checks as a table with the columns of the JSON output. */
    public static Table table(List<Check> checks) {
        return new Table(
                List.of(
                        text("check"),
                        number("expected"),
                        number("actual"),
                        number("tolerance"),
                        text("ok"),
                        text("source")),
                checks.stream()
                        .map(check -> List.of(
                                check.check(),
                                String.valueOf(check.expected()),
                                String.valueOf(check.actual()),
                                String.valueOf(check.tolerance()),
                                check.ok() ? "ok" : "NOT OK",
                                check.source()))
                        .toList());
    }
}
