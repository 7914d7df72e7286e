/**
 * The bytes that a decoding step moves between memory and processor, from the sizes alone and term by term.
 *
 * <p>Decoding reads every weight to make one token, so memory bounds it; a bandwidth utilization means nothing without
 * the list of what was taken as read.
 */
package org.mfujmh.bytes;
