/**
 * Results as the page reads them: what was measured, by which name it goes on the page, its readings, its warnings,
 * and the answer of the first screen.
 *
 * <p>Every section draws from these records, so that two sections cannot show two values for one result. A warning
 * belongs to the value it is about and travels with it.
 */
package org.mfujmh.report.measured;
