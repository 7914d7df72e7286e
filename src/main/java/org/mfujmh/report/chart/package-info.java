/**
 * Charts of the page: Vega-Lite templates from the resources, filled with data.
 *
 * <p>A template is data that anyone can edit; Java fills in values and draws nothing. A chart shows the rows of the
 * table under it, with their intervals where there are any.
 */
package org.mfujmh.report.chart;
