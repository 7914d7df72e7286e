/**
 * Results as text, one class per table, rendered as text, Markdown, CSV, JSON, JUnit XML or GitHub annotations.
 *
 * <p>A table has the same content in every format. A missing value is shown as missing, never as zero.
 */
package org.mfujmh.report.text;
