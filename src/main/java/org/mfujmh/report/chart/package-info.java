/**
 * Charts of the page: Vega-Lite templates from the resources, filled with data.
 *
 * <p>A template is data that anyone can edit; Java only fills in values. A chart shows the rows of the table below it,
 * with their intervals if there are any.
 */
package org.mfujmh.report.chart;
