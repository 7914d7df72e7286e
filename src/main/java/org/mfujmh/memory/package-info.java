/**
 * How many bytes a pass takes, predicted from the description of the model: weights, gradients, optimizer state,
 * activations, logits, KV cache.
 *
 * <p>A pass takes different memory at different moments, and what counts is the largest. Each backend is therefore a list
 * of moments with what is alive in each, and an estimate is the moment with the most bytes: a sum over terms that are
 * never alive together would be too much, and one formula for all backends would be wrong for each. What a backend keeps
 * is read off its program under {@code engine/}. Nothing is run here.
 */
package org.mfujmh.memory;
