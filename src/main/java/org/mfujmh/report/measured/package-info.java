/**
 * Results as the page shows them: names, readings, warnings, and the answer at the top.
 *
 * <p>All sections use these records, so two sections cannot show different values for one result. A warning stays with
 * the value it is about.
 */
package org.mfujmh.report.measured;
