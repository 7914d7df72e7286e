/**
 * The vocabulary of a result file: passes, metrics, parameters and run properties, each defined once.
 *
 * <p>All code that writes or reads results uses this package, so that a pass, a unit or a default means the same to the
 * fork that measures, the gate that compares and the page that draws. This package depends on nothing else in this
 * project but its root package.
 */
package org.mfujmh.schema;
