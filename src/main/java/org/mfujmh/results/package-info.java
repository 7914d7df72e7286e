/**
 * JMH's result files, as data: a plain JSON array, ours or any other suite's. What is read is kept
 * untouched beside what was understood of it, so that it can be written again without loss. A file that
 * cannot be read is a {@link org.mfujmh.BadInput} that names the file and the entry; nothing is ever skipped.
 */
package org.mfujmh.results;
