/**
 * JMH result files as data: plain JSON arrays from this or any other suite. The original JSON is kept next to the
 * parsed data, so that it can be written again without loss. A file that cannot be read is a
 * {@link org.mfujmh.BadInput} that names the file and the entry; nothing is skipped silently.
 */
package org.mfujmh.results;
