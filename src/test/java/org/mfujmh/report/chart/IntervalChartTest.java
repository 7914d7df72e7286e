package org.mfujmh.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a chart is told to draw. */
class IntervalChartTest {

    /** A renderer puts everything at the left edge where one end of one interval is at the logarithm of zero. */
    @Test
    void anIntervalThatReachesZeroHasAPlaceOnALogarithmicAxis() {
        JsonNode chart = chart(366, 485_756);
        assertThat(chart.toString()).contains("\"type\":\"log\"");
        assertThat(lows(chart)).hasSize(2).allMatch(low -> low > 0);
        // What a reader is told is the interval as it was computed.
        assertThat(chart.toString()).contains("0 x to 732.0 x");
    }

    @Test
    void onALinearAxisItIsDrawnAsItIs() {
        assertThat(lows(chart(366, 700))).contains(0.0);
    }

    private static JsonNode chart(double one, double other) {
        IntervalChart chart = new IntervalChart("id", "title", "axis", "x");
        chart.add("one", "colour", "one", one, 0.0, 2 * one, 3, "formula", "origin");
        chart.add("other", "colour", "other", other, 0.9 * other, 1.1 * other, 3, "formula", "origin");
        return chart.build("message").spec();
    }

    private static List<Double> lows(JsonNode chart) {
        return chart.findValues("low").stream()
                .filter(JsonNode::isNumber)
                .map(JsonNode::doubleValue)
                .toList();
    }
}
