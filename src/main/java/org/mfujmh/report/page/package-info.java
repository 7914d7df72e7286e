/**
 * The report: one page that shows what a machine does. The opinion of this package:
 *
 * <p>The first screen is the answer, with its doubts beside it; pictures come after, each over the table that it
 * was drawn from. A figure says where it came from: interval, forks, formula, file and entry. What the files do
 * not hold is not drawn, and the page says why.
 *
 * <p>Text out of result files is never markup: Java escapes what it writes, the page's script only ever sets text,
 * and a Content-Security-Policy forbids the rest.
 */
package org.mfujmh.report.page;
