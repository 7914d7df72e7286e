/**
 * How fast this machine multiplies the matrices of a model at this moment: the GEMM roofline.
 *
 * <p>The roofline runs the same shapes, kernels and precision as the model, because a ceiling that the program
 * exceeds is not a ceiling. It is measured next to each iteration, since a machine's speed drifts within minutes.
 */
package org.mfujmh.engine.roofline;
