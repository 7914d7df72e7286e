/**
 * The sections of the page, one class each. A section answers one question with a chart and the table behind it.
 *
 * <p>A section without data is replaced by the reason. A section shows no figure that is not in its table.
 */
package org.mfujmh.report.section;
