/**
 * The sections of the page, one class each. A section has a question, a chart, and the table that the chart was
 * drawn from.
 *
 * <p>A section without data is absent and says why. It prints no figure that its table does not hold.
 */
package org.mfujmh.report.section;
