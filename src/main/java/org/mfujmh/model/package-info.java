/**
 * Describes what is measured: the model, its parameters, the pass, the precision and the program. Every
 * word that a user may write stands here as an enum constant with its label.
 *
 * <p>A description knows nothing of the machine that runs it. This package therefore loads no library, uses no other
 * package of ours, and the same records serve the counts, the engine and the page.
 */
package org.mfujmh.model;
