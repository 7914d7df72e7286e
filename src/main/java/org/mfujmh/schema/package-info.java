/**
 * The words a result file is written in: passes, metrics, parameters and properties of a run, each spelt once.
 *
 * <p>Whoever writes or reads a result asks here, so that a pass, a unit or a default means the same to the fork that
 * measures, the gate that compares and the page that draws. This package uses nothing else of this project: a word
 * does not depend on who says it.
 */
package org.mfujmh.schema;
