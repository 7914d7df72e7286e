/**
 * Results as text: one class a table, drawn as text, Markdown, CSV, JSON, JUnit XML or annotations for GitHub.
 *
 * <p>A table says the same in every format. A missing value is shown as missing and never as zero.
 */
package org.mfujmh.report.text;
