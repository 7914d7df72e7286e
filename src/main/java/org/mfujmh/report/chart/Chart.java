package org.mfujmh.report.chart;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A chart: a Vega-Lite specification with its data.
 *
 * @param id unique on the page; also the name for {@code --chart}
 * @param title what it shows, in a few words
 * @param message what the chart shows, as text for screen readers
 * @param spec without the colours of text and grid, which the theme sets
 */
public record Chart(String id, String title, String message, ObjectNode spec) {}
