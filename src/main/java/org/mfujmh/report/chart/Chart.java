package org.mfujmh.report.chart;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A picture: a Vega-Lite specification with its data in it.
 *
 * @param id unique on the page; {@code --chart} names it
 * @param title what it shows, a few words
 * @param message what there is to see in it, for who cannot see it
 * @param spec without colours of text and grid, which come with the theme
 */
public record Chart(String id, String title, String message, ObjectNode spec) {}
