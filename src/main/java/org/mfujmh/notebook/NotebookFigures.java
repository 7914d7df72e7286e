package org.mfujmh.notebook;

import java.util.List;
import java.util.stream.Stream;
import org.mfujmh.ShippedCsv;

/** The notebook's output on an A100, and its faults, from {@code notebook.csv} and {@code notebook_faults.csv}. */
final class NotebookFigures {
    private NotebookFigures() {}

    /**
     * A line of the notebook's output.
     *
     * @param part 1, 2 or 3
     * @param flops as printed; empty in part 3
     * @param tokensPerSecond as printed; empty in parts 1 and 2, like {@code mfu}
     */
    record Printed(int part, String model, int batch, String flops, String tokensPerSecond, String mfu) {}

    /**
     * @param here what this program does instead
     */
    record Fault(String fault, String here) {}

    static List<Printed> printed(int part, String model) {
        return printed()
                .filter(line -> line.part() == part && line.model().equals(model))
                .toList();
    }

    static Stream<Printed> printed() {
        return ShippedCsv.rows(NotebookFigures.class, "notebook.csv").stream()
                .map(row -> new Printed(
                        Integer.parseInt(row.get("part")),
                        row.get("model"),
                        Integer.parseInt(row.get("batch")),
                        row.get("flops"),
                        row.get("tokens_per_s"),
                        row.get("mfu")));
    }

    static List<Fault> faults() {
        return ShippedCsv.rows(NotebookFigures.class, "notebook_faults.csv").stream()
                .map(row -> new Fault(row.get("fault"), row.get("here")))
                .toList();
    }
}
