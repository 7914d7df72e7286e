/**
 * How a pass runs: the TorchScript program, the loaded model with its weights, and what is measured to choose
 * between two ways of running it. DJL and libtorch are known here and nowhere else.
 *
 * <p>Java holds opaque handles and makes one native call a pass, so that what is timed is libtorch and not Java.
 * Numbers are checked against a float64 model that shares no code with the program.
 */
package org.mfujmh.engine;
