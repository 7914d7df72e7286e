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
 * A part of the page.
 *
 * @param id permanent: links to it stay good
 * @param title a few words
 * @param message what the pictures say, in a sentence or two; of a section without pictures, why there are none
 * @param charts may be empty
 * @param table what they were drawn from
 * @param formulas how its figures came about, a line each
 */
public record Section(
        String id, String title, String message, List<Chart> charts, Optional<DataTable> table, List<String> formulas) {
    public Section {
        charts = List.copyOf(charts);
        formulas = List.copyOf(formulas);
    }

    /**
     * A section with one picture, which bears its name.
     *
     * @param message what the picture says, a sentence
     * @param remarks more sentences, to be read after it
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
     * A section that the files have no data for.
     *
     * @param why a sentence
     */
    static Section absent(String id, String title, String why) {
        return new Section(id, title, why, List.of(), Optional.empty(), List.of());
    }

    public boolean isAbsent() {
        return charts.isEmpty() && table.isEmpty();
    }

    /** At most this many, with a sentence about the others. */
    static <T> List<T> first(List<T> all, int limit, List<String> sentences, String what) {
        if (all.size() <= limit) {
            return all;
        }
        sentences.add(
                String.format(Locale.ROOT, "%d of %,d %s are drawn; the table has them all.", limit, all.size(), what));
        return new ArrayList<>(all.subList(0, limit));
    }
}
