/**
 * The report: one page about the performance of a machine.
 *
 * <p>The first screen is the answer, with its warnings; charts follow, each above its table. Each figure shows its
 * origin: interval, forks, formula, file and entry. If the files lack data for a section, the page says so.
 *
 * <p>Text from result files is never markup: Java escapes what it writes, the page's script only sets text, and a
 * Content-Security-Policy forbids the rest.
 */
package org.mfujmh.report.page;
