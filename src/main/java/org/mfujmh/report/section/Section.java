package org.mfujmh.report.section;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.report.chart.Chart;

/**
 * A section of the page.
 *
 * @param id permanent, so that links stay valid
 * @param title a few words
 * @param message what the charts show, in a sentence or two; for a section without charts, why there are none
 * @param charts may be empty
 * @param table the data of the charts
 * @param formulas how its figures are computed, one line each
 */
public record Section(
        String id, String title, String message, List<Chart> charts, Optional<DataTable> table, List<String> formulas) {
    public Section {
        charts = List.copyOf(charts);
        formulas = List.copyOf(formulas);
    }

    /**
     * A section with one chart of the same name.
     *
     * @param message what the chart shows, a sentence
     * @param remarks further sentences
     */
    static Section drawn(
            String id,
            String title,
            String message,
            List<String> remarks,
            ObjectNode spec,
            DataTable table,
            List<String> formulas) {
        return new Section(
                id,
                title,
                Stream.concat(Stream.of(message), remarks.stream()).collect(Collectors.joining(" ")),
                List.of(new Chart(id, title, message, spec)),
                Optional.of(table),
                formulas);
    }

    /**
     * A section for which the files have no data.
     *
     * @param why a sentence
     */
    static Section absent(String id, String title, String why) {
        return new Section(id, title, why, List.of(), Optional.empty(), List.of());
    }

    public boolean isAbsent() {
        return charts.isEmpty() && table.isEmpty();
    }

    /** The first items up to a limit, with a sentence about the others. */
    static <T> List<T> first(List<T> all, int limit, List<String> sentences, String what) {
        if (all.size() <= limit) {
            return all;
        }
        sentences.add(String.format(
                Locale.ROOT, "The chart shows %d of %,d %s; the table has all of them.", limit, all.size(), what));
        return new ArrayList<>(all.subList(0, limit));
    }
}
