package org.mfujmh.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a probe says of itself, as one line of JSON on its standard output.
 *
 * @param use null where the pass did not come to its end
 * @param failure what was thrown, class and message; null where the pass came to its end
 */
record ProbeReport(MemoryUse use, String failure) {

    /** Begins the line, so that nothing else a process prints is taken for it. */
    static final String MARK = "mfu-batch-probe:";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    String toLine() {
        try {
            return MARK + MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A report that cannot be written: " + this, e);
        }
    }

    static ProbeReport parse(String line) {
        try {
            return MAPPER.readValue(line.substring(MARK.length()), ProbeReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a probe's report: " + line, e);
        }
    }
}
