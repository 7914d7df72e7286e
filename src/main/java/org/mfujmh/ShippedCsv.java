package org.mfujmh;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** A CSV file of this project's own, next to the class that reads it. */
public final class ShippedCsv {
    private ShippedCsv() {}

    /**
     * Its rows, with cells by the names in its first line; lines that begin with # are skipped.
     *
     * @param reader the class in whose package it lies
     */
    public static List<CSVRecord> rows(Class<?> reader, String name) {
        try (Reader csv = new InputStreamReader(reader.getResourceAsStream(name), StandardCharsets.UTF_8)) {
            return CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .setCommentMarker('#')
                    .get()
                    .parse(csv)
                    .getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }
}
