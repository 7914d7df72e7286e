/**
 * The commands, one class each, and their options. A command reads its options, calls another package and prints
 * what comes back.
 *
 * <p>No table is drawn here and nothing is computed. Text that a person reads on standard output is the result;
 * everything else goes to standard error.
 */
package org.mfujmh.cli;
