/**
 * The commands, one class each, and their options. A command reads its options, calls another package and prints the
 * result.
 *
 * <p>No table is drawn here and nothing is computed. The result goes to standard output, everything else to standard
 * error.
 */
package org.mfujmh.cli;
